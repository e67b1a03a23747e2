// A softmax classifier with a hidden layer wide enough for the library.
graph.program @classes {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<40x96xf32>
  %b1 = graph.parameter "fc1.bias" zeros : tensor<96xf32>
  %w2 = graph.parameter "fc2.weight" normal(0.1) : tensor<96x48xf32>
  %w3 = graph.parameter "fc3.weight" uniform_fan_in : tensor<48x5xf32>
  %b3 = graph.parameter "fc3.bias" constant(0.01) : tensor<5xf32>
  graph.predict(%x: tensor<?x40xf32>) {
    %h1 = graph.linear %x, %w1, %b1 : tensor<?x40xf32>, tensor<40x96xf32>, tensor<96xf32>
    %a1 = graph.gelu %h1 : tensor<?x96xf32>
    %h2 = graph.linear %a1, %w2 : tensor<?x96xf32>, tensor<96x48xf32>
    %a2 = graph.leaky_relu %h2, 0.1 : tensor<?x48xf32>
    %y = graph.linear %a2, %w3, %b3 : tensor<?x48xf32>, tensor<48x5xf32>, tensor<5xf32>
    graph.yield %y : tensor<?x5xf32>
  }
  graph.loss(%y: tensor<?x5xf32>, %label: tensor<?xi32>) {
    %l = graph.cross_entropy %y, %label : tensor<?x5xf32>, tensor<?xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train adamw(learning_rate = 0.002, weight_decay = 0.05) batch(32) epochs(3)
}
