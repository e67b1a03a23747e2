// A network of 4096-wide layers, whose products are nearly all of its time: the
// bundle times it with and without cuBLASLt.
graph.program @dense {
  %w1 = graph.parameter "layer1.weight" uniform_fan_in : tensor<1000x4096xf32>
  %b1 = graph.parameter "layer1.bias" uniform(0.0316) : tensor<4096xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<4096x4096xf32>
  %b2 = graph.parameter "layer2.bias" uniform(0.0156) : tensor<4096xf32>
  %w3 = graph.parameter "layer3.weight" uniform_fan_in : tensor<4096x1xf32>
  %b3 = graph.parameter "layer3.bias" uniform(0.0156) : tensor<1xf32>
  graph.predict(%x: tensor<?x1000xf32, #graph.csr>) {
    %h1 = graph.linear %x, %w1, %b1 : tensor<?x1000xf32, #graph.csr>, tensor<1000x4096xf32>, tensor<4096xf32>
    %a1 = graph.relu %h1 : tensor<?x4096xf32>
    %h2 = graph.linear %a1, %w2, %b2 : tensor<?x4096xf32>, tensor<4096x4096xf32>, tensor<4096xf32>
    %a2 = graph.relu %h2 : tensor<?x4096xf32>
    %y = graph.linear %a2, %w3, %b3 : tensor<?x4096xf32>, tensor<4096x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-3) batch(256) epochs(3)
}
