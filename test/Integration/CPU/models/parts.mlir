// Updates by the mean gradient of three steps.
graph.program @parts {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<21x40xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.1) : tensor<40xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<40x3xf32>
  graph.predict(%x: tensor<?x21xf32>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x21xf32>, tensor<21x40xf32>, tensor<40xf32>
    %a = graph.tanh %h : tensor<?x40xf32>
    %y = graph.linear %a, %w2 : tensor<?x40xf32>, tensor<40x3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %target: tensor<?x3xf32>) {
    %l = graph.mse %y, %target : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.01, epsilon = 1.0e-5) batch(8) epochs(3) schedule(linear, warmup = 0.3, final = 0.2) clip_value(0.02) accumulate(3)
}
