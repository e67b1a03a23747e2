// Products of dense matrices go to the library with what it can do to their
// results: bias, relu, a relu's gradient by bits, a bias's gradient.
// RUN: mlc-opt %s --pass-pipeline="builtin.module(func.func(mlc-library-products{gemm=cublas},canonicalize))" | FileCheck %s
// RUN: mlc-opt %s --pass-pipeline="builtin.module(func.func(mlc-library-products{gemm=generated}))" | FileCheck %s --check-prefix=GENERATED
// By size: 32 * 96 * 80 multiplications are few, 4096 * 96 * 80 are not.
// RUN: mlc-opt %s --pass-pipeline="builtin.module(func.func(mlc-library-products))" | FileCheck %s --check-prefix=GENERATED
// RUN: sed 's/mlc.batch = 32/mlc.batch = 4096/' %s | mlc-opt --pass-pipeline="builtin.module(func.func(mlc-library-products))" | FileCheck %s --check-prefix=LARGE
// RUN: sed 's/mlc.batch = 32/mlc.batch = 4096/' %s | mlc-opt --pass-pipeline="builtin.module(func.func(mlc-library-products{gpu-steps=kernel}))" | FileCheck %s --check-prefix=GENERATED
// GENERATED-NOT: blas.gemm
// LARGE: blas.gemm

#both = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>

// CHECK-LABEL: @layers
// CHECK-SAME: (%[[X:.*]]: tensor<?x96xf32>, %[[W:.*]]: tensor<96x80xf32>, %[[B:.*]]: tensor<80xf32>, %[[V:.*]]: tensor<80x10xf32>, %[[DY:.*]]: tensor<?x10xf32>, %[[ROWS:.*]]: index)
// CHECK: %[[BITS:.*]] = tensor.empty(%[[ROWS]]) : tensor<?x16xi8>
// CHECK: %[[A:.*]]:2 = blas.gemm ins(%[[X]], %[[W]] bias %[[B]]) outs(%{{.*}}, %[[BITS]]) {relu}
// CHECK-NOT: linalg.generic
// CHECK: %[[DA:.*]] = blas.gemm ins(%[[DY]], %[[V]] mask %[[A]]#1) outs(%{{.*}}) {transpose_right}
// CHECK: %[[DW:.*]]:2 = blas.gemm ins(%[[X]], %[[DA]]) outs(%{{.*}}, %{{.*}}) {transpose_left}
// CHECK-NOT: linalg.generic
// CHECK: return %[[A]]#0, %[[DW]]#0, %[[DW]]#1
func.func @layers(%x: tensor<?x96xf32>, %w: tensor<96x80xf32>, %b: tensor<80xf32>, %v: tensor<80x10xf32>, %dy: tensor<?x10xf32>, %rows: index)
    -> (tensor<?x80xf32>, tensor<96x80xf32>, tensor<80xf32>) attributes {mlc.batch = 32 : i64} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%rows) : tensor<?x80xf32>
  %copies = linalg.generic {indexing_maps = [#column, #both], iterator_types = ["parallel", "parallel"]} ins(%b : tensor<80xf32>) outs(%e : tensor<?x80xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<?x80xf32>
  %h = linalg.matmul ins(%x, %w : tensor<?x96xf32>, tensor<96x80xf32>) outs(%copies : tensor<?x80xf32>) -> tensor<?x80xf32>
  %a = linalg.generic {indexing_maps = [#both, #both], iterator_types = ["parallel", "parallel"]} ins(%h : tensor<?x80xf32>) outs(%e : tensor<?x80xf32>) {
  ^bb0(%in: f32, %out: f32):
    %m = arith.maximumf %in, %zero : f32
    linalg.yield %m : f32
  } -> tensor<?x80xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x80xf32>) -> tensor<?x80xf32>
  %dh = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (i, j)>]
    ins(%dy, %v : tensor<?x10xf32>, tensor<80x10xf32>) outs(%f : tensor<?x80xf32>) -> tensor<?x80xf32>
  %da = linalg.generic {indexing_maps = [#both, #both, #both], iterator_types = ["parallel", "parallel"]} ins(%a, %dh : tensor<?x80xf32>, tensor<?x80xf32>) outs(%e : tensor<?x80xf32>) {
  ^bb0(%y: f32, %d: f32, %out: f32):
    %p = arith.cmpf ogt, %y, %zero : f32
    %s = arith.select %p, %d, %zero : f32
    linalg.yield %s : f32
  } -> tensor<?x80xf32>
  %ew = tensor.empty() : tensor<96x80xf32>
  %fw = linalg.fill ins(%zero : f32) outs(%ew : tensor<96x80xf32>) -> tensor<96x80xf32>
  %dw = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (k, i)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>]
    ins(%x, %da : tensor<?x96xf32>, tensor<?x80xf32>) outs(%fw : tensor<96x80xf32>) -> tensor<96x80xf32>
  %eb = tensor.empty() : tensor<80xf32>
  %fb = linalg.fill ins(%zero : f32) outs(%eb : tensor<80xf32>) -> tensor<80xf32>
  %db = linalg.generic {indexing_maps = [#both, #column], iterator_types = ["reduction", "parallel"]} ins(%da : tensor<?x80xf32>) outs(%fb : tensor<80xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %out, %in : f32
    linalg.yield %s : f32
  } -> tensor<80xf32>
  return %a, %dw, %db : tensor<?x80xf32>, tensor<96x80xf32>, tensor<80xf32>
}

// A relu that something else uses too stays, and so does a sum that does not
// start at zero or at a bias.
// CHECK-LABEL: @others
// CHECK: %[[H:.*]] = blas.gemm ins(%{{.*}}, %{{.*}}) outs(%{{.*}}) :
// CHECK: arith.maximumf
// CHECK: linalg.matmul
func.func @others(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) attributes {mlc.batch = 32 : i64} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %h = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x8xf32>) outs(%f : tensor<4x8xf32>) -> tensor<4x8xf32>
  %a = linalg.generic {indexing_maps = [#both, #both], iterator_types = ["parallel", "parallel"]} ins(%h : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %m = arith.maximumf %in, %zero : f32
    linalg.yield %m : f32
  } -> tensor<4x8xf32>
  %more = linalg.matmul ins(%a, %w : tensor<4x8xf32>, tensor<8x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %h, %a, %more : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}
