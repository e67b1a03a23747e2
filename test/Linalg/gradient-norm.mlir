// RUN: mlc-opt %s --split-input-file --mlc-graph-to-linalg | FileCheck %s

// The squares of a stored gradient are summed column by column, and then these
// sums.

// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @dense(
// CHECK-SAME: %[[X:.*]]: tensor<40x33xf32>
// CHECK: %[[COLUMNS:.*]] = linalg.generic {indexing_maps = [#[[BOTH]], #[[COLUMN]]], iterator_types = ["reduction", "parallel"]} ins(%[[X]]
// CHECK: ^bb0(%[[IN:.*]]: f32, %[[OLD:.*]]: f32):
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[IN]], %[[IN]]
// CHECK: arith.addf %[[OLD]], %[[SQUARE]]
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[COLUMNS]] : tensor<33xf32>)
// CHECK: return %[[SUM]]
func.func @dense(%x: tensor<40x33xf32>) -> tensor<f32> {
  %y = graph.sum_squares %x : tensor<40x33xf32>
  return %y : tensor<f32>
}

// -----

// Of x^T dy with sparse x no row is stored: each that the batch touches is added
// to sums of the columns' squares.

// CHECK-LABEL: func.func private @sparse(
// CHECK: %[[ROW:.*]] = linalg.fill {{.*}} -> tensor<1x40xf32>
// CHECK: %[[SUMS:.*]] = csr.update_rows {{.*}} outs(%[[ROW]]) {
// CHECK: ^bb0(%[[P:.*]]: f32, %[[OLD:.*]]: f32):
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[P]], %[[P]]
// CHECK: %[[NEW:.*]] = arith.addf %[[OLD]], %[[SQUARE]]
// CHECK: csr.yield %[[NEW]]
// CHECK: {columns = 9 : i64, sums}
// CHECK: %[[COLUMNS:.*]] = tensor.collapse_shape %[[SUMS]]
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[COLUMNS]] : tensor<40xf32>)
// CHECK-NOT: csr.matmul_transposed
func.func private @sparse(
    %rows: tensor<?xi32> {mlc.role = #mlc.role<rows>},
    %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
    %dy: tensor<?x40xf32>) -> tensor<f32> attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x9xf32, #graph.csr>, tensor<?x40xf32>
  %y = graph.sum_squares %dw : tensor<9x40xf32>
  return %y : tensor<f32>
}
