// As reshape.mlir, with no tensor of more than two dimensions.
graph.program @reshape {
  %w1 = graph.parameter "layer1.weight" normal(0.1) : tensor<20x128xf32>
  %b1 = graph.parameter "layer1.bias" uniform(0.2) : tensor<128xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<128x3xf32>
  graph.predict(%x: tensor<?x20xf32>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x20xf32>, tensor<20x128xf32>, tensor<128xf32>
    %a = graph.relu %h : tensor<?x128xf32>
    %d = graph.dropout %a, 0.25 : tensor<?x128xf32>
    %y = graph.linear %d, %w2 : tensor<?x128xf32>, tensor<128x3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-2) batch(16) epochs(3)
}
