// FTRL-Proximal, which changes only what has a gradient, on few of many columns.
graph.program @ftrl {
  %w1 = graph.parameter "embedding" uniform_fan_in l1(0.03) : tensor<150x16xf32>
  %b1 = graph.parameter "bias" zeros l1(0) rate(2) : tensor<16xf32>
  %w2 = graph.parameter "out.weight" uniform_fan_in : tensor<16x1xf32>
  graph.predict(%x: tensor<?x150xf32, #graph.csr>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x150xf32, #graph.csr>, tensor<150x16xf32>, tensor<16xf32>
    %a = graph.tanh %h : tensor<?x16xf32>
    %y = graph.linear %a, %w2 : tensor<?x16xf32>, tensor<16x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %count: tensor<?x1xf32>) {
    %l = graph.poisson %y, %count : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train ftrl(alpha = 0.1, beta = 0.5, l1 = 0.002, l2 = 0.02) batch(5) epochs(3)
}
