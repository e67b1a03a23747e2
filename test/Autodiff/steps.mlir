// RUN: mlc-opt %s --mlc-forward-steps --mlc-gradients --mlc-optimizer | FileCheck %s

// The three steps of a model, and the roles of their arguments and results.

graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  %b = graph.parameter "b" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.1) batch(5) epochs(1)
}

// The program stays.
// CHECK: graph.program @line

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32> {mlc.role = #mlc.role<rows>}
// CHECK-SAME: %[[DATA:[a-z0-9]+]]: tensor<?x3xf32, #graph.csr> {mlc.role = #mlc.role<data>}
// CHECK-SAME: %[[LABELS:[a-z0-9]+]]: tensor<?x2xf32> {mlc.role = #mlc.role<labels>}
// CHECK-SAME: %{{[a-z0-9]+}}: f64 {mlc.role = #mlc.role<learning_rate>}
// CHECK-SAME: %{{[a-z0-9]+}}: i64 {mlc.role = #mlc.role<step>}
// CHECK-SAME: %{{[a-z0-9]+}}: i64 {mlc.role = #mlc.role<position>}
// CHECK-SAME: %{{[a-z0-9]+}}: i64 {mlc.role = #mlc.role<seed>}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<3x2xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[B:[a-z0-9]+]]: tensor<2xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: tensor<3x2xf32> {mlc.role = #mlc.role<state, "exp_avg" of "w">}
// CHECK-SAME: tensor<3x2xf32> {mlc.role = #mlc.role<state, "exp_avg_sq" of "w">}
// CHECK-SAME: tensor<2xf32> {mlc.role = #mlc.role<state, "exp_avg" of "b">}
// CHECK-SAME: tensor<2xf32> {mlc.role = #mlc.role<state, "exp_avg_sq" of "b">}
// CHECK-SAME: -> (tensor<f32> {mlc.role = #mlc.role<loss>}
// CHECK-SAME: tensor<3x2xf32> {mlc.role = #mlc.role<parameter>}, tensor<2xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: tensor<3x2xf32> {mlc.role = #mlc.role<state>}, tensor<3x2xf32> {mlc.role = #mlc.role<state>}, tensor<2xf32> {mlc.role = #mlc.role<state>}, tensor<2xf32> {mlc.role = #mlc.role<state>})
// CHECK: %[[X:.*]] = graph.gather %[[DATA]], %[[ROWS]]
// CHECK: %[[T:.*]] = graph.gather %[[LABELS]], %[[ROWS]]
// CHECK: %[[Y:.*]] = graph.linear %[[X]], %[[W]], %[[B]]
// CHECK: %[[L:.*]] = graph.mse %[[Y]], %[[T]]
// CHECK: graph.matmul %[[X]], %[[DY:.*]] {transpose_lhs} : tensor<?x3xf32, #graph.csr>, tensor<?x2xf32>
// CHECK: graph.sum_batch %[[DY]]
// CHECK: return %[[L]],

// CHECK-LABEL: func.func private @evaluate_step(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32> {mlc.role = #mlc.role<rows>}
// CHECK-SAME: {mlc.role = #mlc.role<data>}
// CHECK-SAME: {mlc.role = #mlc.role<labels>}
// CHECK-SAME: {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: -> (tensor<?x2xf32> {mlc.role = #mlc.role<prediction>}, tensor<f32> {mlc.role = #mlc.role<loss>})
// CHECK: %[[Y:.*]] = graph.linear
// CHECK-NEXT: %[[L:.*]] = graph.mse %[[Y]]
// CHECK-NEXT: return %[[Y]], %[[L]]

// CHECK-LABEL: func.func private @predict_step(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32> {mlc.role = #mlc.role<rows>}
// CHECK-SAME: {mlc.role = #mlc.role<data>}
// CHECK-NOT: labels
// CHECK-SAME: -> (tensor<?x2xf32> {mlc.role = #mlc.role<prediction>})
// CHECK: %[[Y:.*]] = graph.linear
// CHECK-NEXT: return %[[Y]]
