// RUN: mlc-opt %s --mlc-forward-steps --mlc-gradients --mlc-optimizer | FileCheck %s

// The train step draws: each dropout has its own site, and the gradient of one
// draws the same mask again. Evaluation and prediction do not draw.

graph.program @dropouts {
  %w1 = graph.parameter "w1" zeros : tensor<3x4xf32>
  %w2 = graph.parameter "w2" zeros : tensor<4x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %d = graph.dropout %x, 0.1 : tensor<?x3xf32>
    %h = graph.linear %d, %w1 : tensor<?x3xf32>, tensor<3x4xf32>
    %e = graph.dropout %h, 0.2 : tensor<?x4xf32>
    %y = graph.linear %e, %w2 : tensor<?x4xf32>, tensor<4x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[POSITION:[a-z0-9]+]]: i64 {mlc.role = #mlc.role<position>}
// CHECK-SAME: %[[SEED:[a-z0-9]+]]: i64 {mlc.role = #mlc.role<seed>}
// CHECK: graph.dropout %{{.*}}, 1.000000e-01 key(%[[SEED]], %[[POSITION]]) {site = 0 : i64} : tensor<?x3xf32>
// CHECK: graph.dropout %{{.*}}, 2.000000e-01 key(%[[SEED]], %[[POSITION]]) {site = 1 : i64} : tensor<?x4xf32>
// CHECK: graph.mse
// CHECK: graph.dropout %{{.*}}, 2.000000e-01 key(%[[SEED]], %[[POSITION]]) {site = 1 : i64} : tensor<?x4xf32>
// CHECK-NOT: graph.dropout
// CHECK-LABEL: func.func private @evaluate_step(
// CHECK-NOT: key
// CHECK-LABEL: func.func private @predict_step(
// CHECK-NOT: key
