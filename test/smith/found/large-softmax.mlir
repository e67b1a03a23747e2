// RUN: mlc-smith --model %s --rows 9 --no-shuffle --turns 2 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// Logits whose exponentials f32 cannot hold, of both signs: softmax subtracts
// the largest one of a row first. Random models' logits are smaller.
graph.program @smith {
  %w = graph.parameter "w" uniform_fan_in : tensor<7x5xf32>
  graph.predict(%x: tensor<?x7xf32>) {
    %y = graph.linear %x, %w : tensor<?x7xf32>, tensor<7x5xf32>
    %large = graph.scale %y, 500.0 : tensor<?x5xf32>
    %p = graph.softmax %large : tensor<?x5xf32>
    graph.yield %p : tensor<?x5xf32>
  }
  graph.loss(%p: tensor<?x5xf32>, %t: tensor<?x5xf32>) {
    %l = graph.mse %p, %t : tensor<?x5xf32>, tensor<?x5xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.0001) batch(4) epochs(2)
}
