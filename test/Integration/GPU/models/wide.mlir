// Two hidden layers with relu, of odd and even sizes, for a library's products:
// masks of one, and of two times 128 bits.
graph.program @wide {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<19x45xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.3) : tensor<45xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<45x130xf32>
  %b2 = graph.parameter "fc2.bias" uniform(0.27) : tensor<130xf32>
  %w3 = graph.parameter "fc3.weight" uniform_fan_in : tensor<130x5xf32>
  %b3 = graph.parameter "fc3.bias" uniform(0.37) : tensor<5xf32>
  graph.predict(%x: tensor<?x19xf32>) {
    %h1 = graph.linear %x, %w1, %b1 : tensor<?x19xf32>, tensor<19x45xf32>, tensor<45xf32>
    %a1 = graph.relu %h1 : tensor<?x45xf32>
    %h2 = graph.linear %a1, %w2, %b2 : tensor<?x45xf32>, tensor<45x130xf32>, tensor<130xf32>
    %a2 = graph.relu %h2 : tensor<?x130xf32>
    %y = graph.linear %a2, %w3, %b3 : tensor<?x130xf32>, tensor<130x5xf32>, tensor<5xf32>
    graph.yield %y : tensor<?x5xf32>
  }
  graph.loss(%y: tensor<?x5xf32>, %label: tensor<?xi32>) {
    %l = graph.cross_entropy %y, %label : tensor<?x5xf32>, tensor<?xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.003) batch(7) epochs(3)
}
