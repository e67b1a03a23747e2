// Two hidden layers of odd sizes, tanh, MSE, momentum.
graph.program @regression {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<11x13xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.3) : tensor<13xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<13x7xf32>
  %b2 = graph.parameter "fc2.bias" uniform(0.27) : tensor<7xf32>
  %w3 = graph.parameter "fc3.weight" uniform_fan_in : tensor<7x3xf32>
  %b3 = graph.parameter "fc3.bias" uniform(0.37) : tensor<3xf32>
  graph.predict(%x: tensor<?x11xf32>) {
    %h1 = graph.linear %x, %w1, %b1 : tensor<?x11xf32>, tensor<11x13xf32>, tensor<13xf32>
    %a1 = graph.tanh %h1 : tensor<?x13xf32>
    %h2 = graph.linear %a1, %w2, %b2 : tensor<?x13xf32>, tensor<13x7xf32>, tensor<7xf32>
    %a2 = graph.tanh %h2 : tensor<?x7xf32>
    %y = graph.linear %a2, %w3, %b3 : tensor<?x7xf32>, tensor<7x3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %target: tensor<?x3xf32>) {
    %l = graph.mse %y, %target : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.05, momentum = 0.9) batch(5) epochs(3)
}
