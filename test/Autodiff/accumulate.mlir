// RUN: mlc-opt %s --mlc-autodiff-stage | FileCheck %s

// A parameter that two layers use gets the sum of both gradients, and so does
// a value that two ops use.

graph.program @shared {
  %w = graph.parameter "w" zeros : tensor<3x3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %h = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x3xf32>
    %y = graph.linear %h, %w : tensor<?x3xf32>, tensor<3x3xf32>
    %z = graph.add %y, %h : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %z : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<3x3xf32> {mlc.role = #mlc.role<parameter>})
// CHECK: %[[X:.*]] = graph.gather {{.*}} : tensor<?x3xf32>
// CHECK: %[[H:.*]] = graph.linear %[[X]], %[[W]]
// CHECK: graph.mse
// CHECK: %[[DH1:.*]] = graph.matmul %[[DZ:.*]], %[[W]] {transpose_rhs}
// CHECK: %[[DH:.*]] = arith.addf %[[DZ]], %[[DH1]]
// CHECK: %[[DW1:.*]] = graph.matmul %[[H]], %[[DZ]] {transpose_lhs}
// CHECK: %[[DW2:.*]] = graph.matmul %[[X]], %[[DH]] {transpose_lhs}
// CHECK: arith.addf %[[DW1]], %[[DW2]]
