// Classes that are not quite sure.
graph.program @smoothed {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<40x21xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.2) : tensor<21xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<21x5xf32>
  graph.predict(%x: tensor<?x40xf32, #graph.csr>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x40xf32, #graph.csr>, tensor<40x21xf32>, tensor<21xf32>
    %a = graph.mish %h : tensor<?x21xf32>
    %y = graph.linear %a, %w2 : tensor<?x21xf32>, tensor<21x5xf32>
    graph.yield %y : tensor<?x5xf32>
  }
  graph.loss(%y: tensor<?x5xf32>, %class: tensor<?xi32>) {
    %l = graph.cross_entropy %y, %class smoothing(0.15) : tensor<?x5xf32>, tensor<?xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.005) batch(10) epochs(3)
}
