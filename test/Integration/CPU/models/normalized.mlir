// Normalisation of batches, of a layer that is split into shards and of one
// that is not, and of rows; the last batch has three rows. What adds the same
// to all rows before graph.batch_norm, such as a bias, would have a gradient of
// 0, but for rounding.
graph.program @normalized {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<7x24xf32>
  %g0 = graph.parameter "norm0.weight" constant(1.0) : tensor<24xf32>
  %s0 = graph.parameter "norm0.bias" zeros : tensor<24xf32>
  %m0 = graph.parameter "norm0.running_mean" zeros running : tensor<24xf32>
  %v0 = graph.parameter "norm0.running_var" constant(1.0) running : tensor<24xf32>
  %g1 = graph.parameter "norm1.weight" constant(1.0) : tensor<24xf32>
  %s1 = graph.parameter "norm1.bias" zeros : tensor<24xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<24x9xf32>
  %g2 = graph.parameter "norm2.weight" constant(1.0) : tensor<9xf32>
  %s2 = graph.parameter "norm2.bias" zeros : tensor<9xf32>
  %m2 = graph.parameter "norm2.running_mean" zeros running : tensor<9xf32>
  %v2 = graph.parameter "norm2.running_var" constant(1.0) running : tensor<9xf32>
  %w3 = graph.parameter "fc3.weight" uniform_fan_in : tensor<9x4xf32>
  graph.predict(%x: tensor<?x7xf32>) {
    %h1 = graph.linear %x, %w1 : tensor<?x7xf32>, tensor<7x24xf32>
    %n0 = graph.batch_norm %h1, %g0, %s0, %m0, %v0 : tensor<?x24xf32>, tensor<24xf32>, tensor<24xf32>, tensor<24xf32>, tensor<24xf32>
    %a1 = graph.silu %n0 : tensor<?x24xf32>
    %n1 = graph.layer_norm %a1, %g1, %s1 : tensor<?x24xf32>, tensor<24xf32>, tensor<24xf32>
    %a3 = graph.tanh %n1 : tensor<?x24xf32>
    %h2 = graph.linear %a3, %w2 : tensor<?x24xf32>, tensor<24x9xf32>
    %n2 = graph.batch_norm %h2, %g2, %s2, %m2, %v2 momentum(0.3) epsilon(0.01) : tensor<?x9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    %a2 = graph.silu %n2 : tensor<?x9xf32>
    %y = graph.linear %a2, %w3 : tensor<?x9xf32>, tensor<9x4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?xi32>) {
    %l = graph.cross_entropy %y, %t : tensor<?x4xf32>, tensor<?xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.003, epsilon = 1.0e-5) batch(11) epochs(3)
}
