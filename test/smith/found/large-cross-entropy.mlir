// RUN: mlc-smith --model %s --rows 9 --no-shuffle --turns 2 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// As large-softmax.mlir, where the loss takes the exponentials.
graph.program @smith {
  %w = graph.parameter "w" uniform_fan_in : tensor<7x5xf32>
  graph.predict(%x: tensor<?x7xf32>) {
    %y = graph.linear %x, %w : tensor<?x7xf32>, tensor<7x5xf32>
    %large = graph.scale %y, 500.0 : tensor<?x5xf32>
    graph.yield %large : tensor<?x5xf32>
  }
  graph.loss(%y: tensor<?x5xf32>, %t: tensor<?xi32>) {
    %l = graph.cross_entropy %y, %t : tensor<?x5xf32>, tensor<?xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.0001) batch(4) epochs(2)
}
