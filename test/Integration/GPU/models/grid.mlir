// A grid of 2 x 3 places in a row, with one of five classes each.
graph.program @grid {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<40x32xf32>
  %b1 = graph.parameter "fc1.bias" zeros : tensor<32xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<32x30xf32>
  graph.predict(%x: tensor<?x40xf32, #graph.csr>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x40xf32, #graph.csr>, tensor<40x32xf32>, tensor<32xf32>
    %a = graph.tanh %h : tensor<?x32xf32>
    %flat = graph.linear %a, %w2 : tensor<?x32xf32>, tensor<32x30xf32>
    %y = graph.reshape %flat : tensor<?x30xf32> -> tensor<?x2x3x5xf32>
    graph.yield %y : tensor<?x2x3x5xf32>
  }
  graph.loss(%y: tensor<?x2x3x5xf32>, %t: tensor<?x2x3xi32>) {
    %l = graph.cross_entropy %y, %t : tensor<?x2x3x5xf32>, tensor<?x2x3xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.02) batch(12) epochs(4)
}
