// RUN: mlc-opt %s --mlc-drop-unit-dims --canonicalize | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>

// CHECK-DAG: #[[IK:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[I:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[K:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[ONLY:.*]] = affine_map<(d0) -> (d0)>

// A product with one column is one of a matrix and a list.
// CHECK-LABEL: func.func @column(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x64xf32>, %[[W:[a-z0-9]+]]: tensor<64x1xf32>, %[[Y:[a-z0-9]+]]: tensor<?x1xf32>
// CHECK-DAG: %[[LIST:.*]] = tensor.collapse_shape %[[W]] {{\[\[0, 1\]\]}} : tensor<64x1xf32> into tensor<64xf32>
// CHECK-DAG: %[[INIT:.*]] = tensor.collapse_shape %[[Y]] {{\[\[0, 1\]\]}} : tensor<?x1xf32> into tensor<?xf32>
// CHECK: %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[IK]], #[[K]], #[[I]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]], %[[LIST]] : {{.*}}) outs(%[[INIT]] :
// CHECK: %[[R:.*]] = tensor.expand_shape %[[SUM]] {{\[\[0, 1\]\]}} {{.*}} into tensor<?x1xf32>
// CHECK: return %[[R]]
func.func @column(%x: tensor<?x64xf32>, %w: tensor<64x1xf32>, %y: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %r = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x64xf32>, tensor<64x1xf32>) outs(%y : tensor<?x1xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x1xf32>
  return %r : tensor<?x1xf32>
}

// A destination that the loop reads stays the destination: the new value of a
// parameter is computed where the old one is.
// CHECK-LABEL: func.func @update(
// CHECK-SAME: %[[G:[a-z0-9]+]]: tensor<64x1xf32>, %[[W:[a-z0-9]+]]: tensor<64x1xf32>
// CHECK-NOT: tensor.empty
// CHECK-DAG: %[[GS:.*]] = tensor.collapse_shape %[[G]]
// CHECK-DAG: %[[WS:.*]] = tensor.collapse_shape %[[W]]
// CHECK: linalg.generic {indexing_maps = [#[[ONLY]], #[[ONLY]]], iterator_types = ["parallel"]} ins(%[[GS]] : tensor<64xf32>) outs(%[[WS]] : tensor<64xf32>)
// CHECK-NEXT: ^bb0(%[[NEW:.*]]: f32, %[[OLD:.*]]: f32):
// CHECK-NEXT: arith.subf %[[OLD]], %[[NEW]]
func.func @update(%g: tensor<64x1xf32>, %w: tensor<64x1xf32>) -> tensor<64x1xf32> {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%g : tensor<64x1xf32>) outs(%w : tensor<64x1xf32>) {
  ^bb0(%a: f32, %b: f32):
    %d = arith.subf %b, %a : f32
    linalg.yield %d : f32
  } -> tensor<64x1xf32>
  return %r : tensor<64x1xf32>
}

// Two columns are not one.
// CHECK-LABEL: func.func @two(
// CHECK-NOT: collapse_shape
// CHECK: linalg.generic {indexing_maps = [#[[IK]]], iterator_types = ["parallel", "parallel"]} outs(%{{.*}} : tensor<64x2xf32>)
func.func @two(%w: tensor<64x2xf32>) -> tensor<64x2xf32> {
  %r = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%w : tensor<64x2xf32>) {
  ^bb0(%a: f32):
    %d = arith.negf %a : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  return %r : tensor<64x2xf32>
}
