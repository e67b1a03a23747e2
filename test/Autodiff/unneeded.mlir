// RUN: mlc-opt %s --mlc-forward-steps --mlc-gradients --mlc-optimizer | FileCheck %s

// The gradient with respect to the examples is never built: of the products
// with a transposed weight there is only the second layer's, of [n, 4].

graph.program @two_layers {
  %w1 = graph.parameter "w1" zeros : tensor<3x4xf32>
  %w2 = graph.parameter "w2" zeros : tensor<4x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %g = graph.gelu %x : tensor<?x3xf32>
    %h = graph.linear %g, %w1 : tensor<?x3xf32>, tensor<3x4xf32>
    %y = graph.linear %h, %w2 : tensor<?x4xf32>, tensor<4x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// CHECK-LABEL: func.func private @train_step(
// CHECK-NOT: transpose_rhs
// CHECK: graph.matmul %{{.*}}, %{{.*}} {transpose_rhs} : tensor<?x2xf32>, tensor<4x2xf32>
// CHECK-NOT: transpose_rhs
// The gradient of gelu would need an error function.
// CHECK-NOT: math.erf
// CHECK: return
