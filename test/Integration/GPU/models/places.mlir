// Three places in a row with one of four classes each, from features of their
// own.
graph.program @places {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<6x20xf32>
  %b1 = graph.parameter "fc1.bias" zeros : tensor<20xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<20x4xf32>
  %b2 = graph.parameter "fc2.bias" zeros : tensor<4xf32>
  graph.predict(%x: tensor<?x3x6xf32>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x3x6xf32>, tensor<6x20xf32>, tensor<20xf32>
    %a = graph.relu %h : tensor<?x3x20xf32>
    %y = graph.linear %a, %w2, %b2 : tensor<?x3x20xf32>, tensor<20x4xf32>, tensor<4xf32>
    graph.yield %y : tensor<?x3x4xf32>
  }
  graph.loss(%y: tensor<?x3x4xf32>, %t: tensor<?x3xi32>) {
    %l = graph.cross_entropy %y, %t : tensor<?x3x4xf32>, tensor<?x3xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.02) batch(10) epochs(4)
}
