// RUN: mlc-opt %s --mlc-graph-to-linalg | FileCheck %s

// What is done row by row or element by element, data access and dropout.

// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[ONE:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[SECOND:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-DAG: #[[PAIR:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>

// exp(x - max) / sum, so that no exp overflows.
// CHECK-LABEL: func.func @softmax(
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK: %[[LOWEST:.*]] = arith.constant 0xFF800000 : f32
// CHECK: linalg.fill ins(%[[LOWEST]] :
// CHECK: %[[MAX:.*]] = linalg.generic {indexing_maps = [#[[BOTH]], #[[ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]] :
// CHECK: arith.maximumf
// CHECK: %[[SPREAD:.*]] = linalg.generic {indexing_maps = [#[[ROW]], #[[BOTH]]], {{.*}} ins(%[[MAX]] :
// CHECK: %[[SHIFTED:.*]] = arith.subf %[[X]], %[[SPREAD]]
// CHECK: %[[E:.*]] = math.exp %[[SHIFTED]]
// CHECK: %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[BOTH]], #[[ROW]]], {{.*}} ins(%[[E]] :
// CHECK: arith.addf
// CHECK: %[[SUMS:.*]] = linalg.generic {{.*}} ins(%[[SUM]] :
// CHECK: %[[Y:.*]] = arith.divf %[[E]], %[[SUMS]]
// CHECK: return %[[Y]]
func.func @softmax(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = graph.softmax %x : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @one_hot(
// CHECK: linalg.generic {indexing_maps = [#[[ROW]], #[[BOTH]]]
// CHECK-NEXT: ^bb0(%[[LABEL:.*]]: i32,
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: %[[PLACE:.*]] = arith.index_cast %[[J]] : index to i32
// CHECK: %[[IS:.*]] = arith.cmpi eq, %[[PLACE]], %[[LABEL]]
// CHECK: arith.uitofp %[[IS]] : i1 to f32
func.func @one_hot(%t: tensor<?xi32>) -> tensor<?x4xf32> {
  %y = graph.one_hot %t : tensor<?xi32> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// As many rows as the batch has, not as the data set has.
// CHECK-LABEL: func.func @gather(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %[[DATA:[a-z0-9]+]]: tensor<?x9xf32>, %[[CLASSES:[a-z0-9]+]]: tensor<?xi32>
// CHECK: %[[N:.*]] = tensor.dim %[[ROWS]]
// CHECK: %[[INIT:.*]] = tensor.empty(%[[N]]) : tensor<?x9xf32>
// CHECK: linalg.generic {indexing_maps = [#[[ROW]], #[[BOTH]]], {{.*}} ins(%[[ROWS]] : {{.*}} outs(%[[INIT]] :
// CHECK-NEXT: ^bb0(%[[R:.*]]: i32,
// CHECK: %[[I:.*]] = arith.index_cast %[[R]]
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: tensor.extract %[[DATA]][%[[I]], %[[J]]]
// CHECK: linalg.generic {indexing_maps = [#[[ONE]], #[[ONE]]], {{.*}} ins(%[[ROWS]] :
// CHECK: tensor.extract %[[CLASSES]][%{{.*}}] : tensor<?xi32>
func.func @gather(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32>, %classes: tensor<?xi32>)
    -> (tensor<?x9xf32>, tensor<?xi32>) {
  %x = graph.gather %data, %rows : tensor<?x9xf32>, tensor<?xi32>
  %t = graph.gather %classes, %rows : tensor<?xi32>, tensor<?xi32>
  return %x, %t : tensor<?x9xf32>, tensor<?xi32>
}

// CHECK-LABEL: func.func @sums(
// CHECK: linalg.generic {indexing_maps = [#[[BOTH]], #[[COLUMN]]], iterator_types = ["reduction", "parallel"]}
// CHECK: %[[SUMS:.*]] = linalg.generic {indexing_maps = [#[[BOTH]], #[[ROW]]], iterator_types = ["parallel", "reduction"]}
// CHECK: linalg.generic {indexing_maps = [#[[ROW]], #[[BOTH]]], {{.*}} ins(%[[SUMS]] :
func.func @sums(%x: tensor<?x3xf32>) -> (tensor<3xf32>, tensor<?x3xf32>) {
  %c = graph.sum_batch %x : tensor<?x3xf32>
  %r = graph.sum_row %x : tensor<?x3xf32>
  return %c, %r : tensor<3xf32>, tensor<?x3xf32>
}

// CHECK-LABEL: func.func @elementwise(
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK: %[[A:.*]] = arith.maximumf %[[X]], %{{.*}}
// CHECK: %[[B:.*]] = math.tanh %[[A]]
// CHECK: arith.mulf %[[A]], %[[B]]
func.func @elementwise(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %a = graph.relu %x : tensor<?x3xf32>
  %b = graph.tanh %a : tensor<?x3xf32>
  %c = graph.mul %a, %b : tensor<?x3xf32>, tensor<?x3xf32>
  return %c : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @dot_places(
// CHECK-SAME: %[[X:.*]]: tensor<?x4x3xf32>, %[[Z:.*]]: tensor<?x5x3xf32>
// CHECK: linalg.generic {indexing_maps = [#[[FIRST]], #[[SECOND]], #[[PAIR]]], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%[[X]], %[[Z]] :
// CHECK: arith.mulf
// CHECK: arith.addf
func.func @dot_places(%x: tensor<?x4x3xf32>, %z: tensor<?x5x3xf32>) -> tensor<?x4x5xf32> {
  %y = graph.dot_places %x, %z : tensor<?x4x3xf32>, tensor<?x5x3xf32>
  return %y : tensor<?x4x5xf32>
}
