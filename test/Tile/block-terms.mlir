// RUN: mlc-opt %s --cost block-elements=4096 --cost block-terms=64 --mlc-block-terms --split-input-file | FileCheck %s

#mk = affine_map<(i, j, k) -> (i, k)>
#kn = affine_map<(i, j, k) -> (k, j)>
#mn = affine_map<(i, j, k) -> (i, j)>

// A right side of 128 x 32 elements is large: two blocks of 64 terms, one after
// another, add to the same result.
// CHECK-LABEL: func.func @large(
// CHECK-SAME: %[[X:.*]]: tensor<8x128xf32>, %[[W:.*]]: tensor<128x32xf32>, %[[INIT:.*]]: tensor<8x32xf32>)
// CHECK: scf.for %[[K:.*]] = %c0 to %c128 step %c64 iter_args(%[[SUM:.*]] = %[[INIT]]) -> (tensor<8x32xf32>)
// CHECK-DAG: %[[XK:.*]] = tensor.extract_slice %[[X]][0, %[[K]]] [8, 64] [1, 1]
// CHECK-DAG: %[[WK:.*]] = tensor.extract_slice %[[W]][%[[K]], 0] [64, 32] [1, 1]
// CHECK: linalg.generic {{.*}} ins(%[[XK]], %[[WK]] : tensor<8x64xf32>, tensor<64x32xf32>)
func.func @large(%x: tensor<8x128xf32>, %w: tensor<128x32xf32>, %init: tensor<8x32xf32>) -> tensor<8x32xf32> {
  %y = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<8x128xf32>, tensor<128x32xf32>) outs(%init : tensor<8x32xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  } -> tensor<8x32xf32>
  return %y : tensor<8x32xf32>
}

// -----

#mk = affine_map<(i, j, k) -> (i, k)>
#kn = affine_map<(i, j, k) -> (k, j)>
#mn = affine_map<(i, j, k) -> (i, j)>

// One column less, and it is not.
// CHECK-LABEL: func.func @small(
// CHECK-NOT: scf.for
// CHECK: return
func.func @small(%x: tensor<8x128xf32>, %w: tensor<128x31xf32>, %init: tensor<8x31xf32>) -> tensor<8x31xf32> {
  %y = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<8x128xf32>, tensor<128x31xf32>) outs(%init : tensor<8x31xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  } -> tensor<8x31xf32>
  return %y : tensor<8x31xf32>
}

// -----

#mk = affine_map<(i, j, k) -> (i, k)>
#kn = affine_map<(i, j, k) -> (k, j)>
#mn = affine_map<(i, j, k) -> (i, j)>
#id = affine_map<(i, j) -> (i, j)>

// What another loop reads is computed in that loop's registers.
// CHECK-LABEL: func.func @read(
// CHECK-NOT: scf.for
// CHECK: return
func.func @read(%x: tensor<8x128xf32>, %w: tensor<128x32xf32>, %init: tensor<8x32xf32>, %u: tensor<8x32xf32>) -> tensor<8x32xf32> {
  %y = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<8x128xf32>, tensor<128x32xf32>) outs(%init : tensor<8x32xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  } -> tensor<8x32xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<8x32xf32>) outs(%u : tensor<8x32xf32>) {
  ^bb0(%a: f32, %b: f32):
    %next = arith.subf %b, %a : f32
    linalg.yield %next : f32
  } -> tensor<8x32xf32>
  return %z : tensor<8x32xf32>
}
