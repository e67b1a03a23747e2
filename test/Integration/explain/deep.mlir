// Two hidden layers, whose mean gradients have no closed form.
graph.program @deep {
  %w1 = graph.parameter "layer1.weight" uniform_fan_in : tensor<1000x32xf32>
  %b1 = graph.parameter "layer1.bias" zeros : tensor<32xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<32x16xf32>
  %b2 = graph.parameter "layer2.bias" zeros : tensor<16xf32>
  %w3 = graph.parameter "layer3.weight" uniform_fan_in : tensor<16x1xf32>
  %b3 = graph.parameter "layer3.bias" zeros : tensor<1xf32>

  graph.predict(%x: tensor<?x1000xf32, #graph.csr>) {
    %h1 = graph.linear %x, %w1, %b1 : tensor<?x1000xf32, #graph.csr>, tensor<1000x32xf32>, tensor<32xf32>
    %a1 = graph.gelu %h1 : tensor<?x32xf32>
    %h2 = graph.linear %a1, %w2, %b2 : tensor<?x32xf32>, tensor<32x16xf32>, tensor<16xf32>
    %a2 = graph.relu %h2 : tensor<?x16xf32>
    %y = graph.linear %a2, %w3, %b3 : tensor<?x16xf32>, tensor<16x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }

  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }

  graph.train adam(learning_rate = 1.0e-3) batch(64) epochs(3)
}
