// Lion, and the mean absolute error.
graph.program @lion {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<9x17xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.3) : tensor<17xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<17x2xf32>
  graph.predict(%x: tensor<?x9xf32>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x9xf32>, tensor<9x17xf32>, tensor<17xf32>
    %a = graph.silu %h : tensor<?x17xf32>
    %y = graph.linear %a, %w2 : tensor<?x17xf32>, tensor<17x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %target: tensor<?x2xf32>) {
    %l = graph.mae %y, %target : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train lion(learning_rate = 0.003, beta1 = 0.8, weight_decay = 0.05) batch(8) epochs(3)
}
