// RUN: mlc-opt %s --mlc-tile-shards --canonicalize --cse | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>
#none = affine_map<(i, j) -> ()>

// Whole cache lines a worker, or rows.
// CHECK-DAG: #[[COLUMNS:.*]] = affine_map<()[s0] -> (((128 ceildiv s0) ceildiv 16) * 16)>
// CHECK-DAG: #[[ROWS:.*]] = affine_map<()[s0, s1] -> (s0 ceildiv s1)>

// Bias, product and activation of a layer are one forall over its columns.
// CHECK-LABEL: func.func @csr_layer(
// CHECK-SAME: %[[WORKERS:[a-z0-9]+]]: index {mlc.role = "workers"})
// CHECK: %[[STEP:.*]] = affine.apply #[[COLUMNS]]()[%[[WORKERS]]]
// CHECK: scf.forall (%{{.*}}) = (0) to (128) step (%[[STEP]])
// CHECK: %[[INIT:.*]] = linalg.generic
// CHECK: %[[Y:.*]] = csr.matmul {{.*}} outs(%[[INIT]])
// CHECK: linalg.generic {{.*}} outs(%[[Y]] :
// CHECK: arith.maximumf
// CHECK-NOT: scf.forall (
// CHECK: return
func.func @csr_layer(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
                     %w: tensor<9x128xf32>, %b: tensor<128xf32>, %out: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %zero = arith.constant 0.0 : f32
  %init = linalg.generic {indexing_maps = [#column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%b : tensor<128xf32>) outs(%out : tensor<?x128xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<?x128xf32>
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, tensor<9x128xf32>, tensor<?x128xf32>) -> tensor<?x128xf32>
  %a = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%y : tensor<?x128xf32>) {
  ^bb0(%x: f32):
    %m = arith.maximumf %x, %zero : f32
    linalg.yield %m : f32
  } -> tensor<?x128xf32>
  return %a : tensor<?x128xf32>
}

// The gradient is computed where the update needs it.
// CHECK-LABEL: func.func @csr_update(
// CHECK: scf.forall (%{{.*}}) = (0) to (128) step
// CHECK: %[[DW:.*]] = csr.matmul_transposed
// CHECK: linalg.generic {{.*}} ins(%[[DW]] :
// CHECK: arith.subf
// CHECK-NOT: scf.forall (
// CHECK: return
func.func @csr_update(%starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>, %dy: tensor<?x128xf32>,
                      %w: tensor<9x128xf32>) -> tensor<9x128xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<9x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<9x128xf32>) -> tensor<9x128xf32>
  %dw = csr.matmul_transposed ins(%starts, %examples, %entries, %dy) outs(%init)
    : (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<?x128xf32>, tensor<9x128xf32>) -> tensor<9x128xf32>
  %new = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%dw : tensor<9x128xf32>) outs(%w : tensor<9x128xf32>) {
  ^bb0(%g: f32, %x: f32):
    %y = arith.subf %x, %g : f32
    linalg.yield %y : f32
  } -> tensor<9x128xf32>
  return %new : tensor<9x128xf32>
}

// The library's shards do not depend on the workers: 128 columns are two.
// CHECK-LABEL: func.func @library(
// CHECK: scf.forall (%{{.*}}) = (0) to (128) step (64)
// CHECK: linalg.fill
// CHECK: linalg.matmul {mlc.library}
// CHECK: linalg.generic
// CHECK: math.tanh
func.func @library(%x: tensor<?x64xf32>, %w: tensor<64x128xf32>, %out: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%out : tensor<?x128xf32>) -> tensor<?x128xf32>
  %y = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x128xf32>) outs(%init : tensor<?x128xf32>) -> tensor<?x128xf32>
  %a = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%y : tensor<?x128xf32>) {
  ^bb0(%v: f32):
    %t = math.tanh %v : f32
    linalg.yield %t : f32
  } -> tensor<?x128xf32>
  return %a : tensor<?x128xf32>
}

// Few columns: rows are split, one shard a worker, in generated code.
// CHECK-LABEL: func.func @small(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x64xf32>
// CHECK-SAME: %[[WORKERS:[a-z0-9]+]]: index {mlc.role = "workers"})
// CHECK: %[[N:.*]] = tensor.dim
// CHECK: %[[STEP:.*]] = affine.apply #[[ROWS]]()[%[[N]], %[[WORKERS]]]
// CHECK: scf.forall (%{{.*}}) = (0) to (%[[N]]) step (%[[STEP]])
// CHECK-NOT: mlc.library
// The sum of everything is outside.
// CHECK: scf.forall.in_parallel
// CHECK: linalg.generic {{.*}}iterator_types = ["reduction", "reduction"]}
// CHECK-NOT: scf.forall (
func.func @small(%x: tensor<?x64xf32>, %w: tensor<64x3xf32>, %out: tensor<?x3xf32>, %sum: tensor<f32>) -> tensor<f32> {
  %y = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x3xf32>) outs(%out : tensor<?x3xf32>) -> tensor<?x3xf32>
  %s = linalg.generic {indexing_maps = [#id, #none], iterator_types = ["reduction", "reduction"]}
      ins(%y : tensor<?x3xf32>) outs(%sum : tensor<f32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %b, %a : f32
    linalg.yield %c : f32
  } -> tensor<f32>
  return %s : tensor<f32>
}
