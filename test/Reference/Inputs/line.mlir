graph.program @line {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.25) batch(2) epochs(2)
}
