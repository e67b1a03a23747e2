// RUN: mlc-opt %s --mlc-gradients | FileCheck %s
// RUN: mlc-opt %s --mlc-gradients --mlc-optimizer | FileCheck %s --check-prefix=UPDATED

// Up to mlc-gradients, gradients are values that the training step returns, one
// a parameter; mlc-optimizer makes new parameters and states of them.

graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  %b = graph.parameter "b" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.9) batch(5) epochs(1)
}

// CHECK: graph.program @line
// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: {mlc.role = #mlc.role<learning_rate>}
// CHECK-SAME: {mlc.role = #mlc.role<step>}
// CHECK-SAME: {mlc.role = #mlc.role<parameter>}, %{{[a-z0-9]+}}: tensor<2xf32> {mlc.role = #mlc.role<parameter>}) ->
// CHECK-SAME: (tensor<f32> {mlc.role = #mlc.role<loss>}, tensor<3x2xf32> {mlc.role = #mlc.role<gradient>}, tensor<2xf32> {mlc.role = #mlc.role<gradient>})
// CHECK: %[[X:.*]] = graph.gather {{.*}} : tensor<?x3xf32>
// CHECK: %[[L:.*]] = graph.mse
// CHECK: %[[DW:.*]] = graph.matmul %[[X]], %[[DY:.*]] {transpose_lhs}
// CHECK: %[[DB:.*]] = graph.sum_batch %[[DY]]
// CHECK-NEXT: return %[[L]], %[[DW]], %[[DB]] :
// Nothing else is made: that is mlc-forward-steps' work.
// CHECK-NOT: func.func

// UPDATED-LABEL: func.func private @train_step(
// UPDATED-SAME: %[[W:[a-z0-9]+]]: tensor<3x2xf32> {mlc.role = #mlc.role<parameter>}
// UPDATED-SAME: %[[B:[a-z0-9]+]]: tensor<2xf32> {mlc.role = #mlc.role<parameter>}
// UPDATED-SAME: %[[MW:[a-z0-9]+]]: tensor<3x2xf32> {mlc.role = #mlc.role<state, "momentum_buffer" of "w">}
// UPDATED-SAME: %[[MB:[a-z0-9]+]]: tensor<2xf32> {mlc.role = #mlc.role<state, "momentum_buffer" of "b">}
// UPDATED-NOT: "gradient"
// UPDATED: %[[DW:.*]] = graph.matmul
// UPDATED: %[[DB:.*]] = graph.sum_batch
// UPDATED: arith.mulf %[[MW]]
// UPDATED: %[[NEWMW:.*]] = arith.addf %{{.*}}, %[[DW]]
// UPDATED: %[[NEWW:.*]] = arith.subf %[[W]]
// UPDATED: arith.mulf %[[MB]]
// UPDATED: %[[NEWMB:.*]] = arith.addf %{{.*}}, %[[DB]]
// UPDATED: %[[NEWB:.*]] = arith.subf %[[B]]
// UPDATED: return %{{.*}}, %[[NEWW]], %[[NEWB]], %[[NEWMW]], %[[NEWMB]]
