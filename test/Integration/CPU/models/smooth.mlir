// The newer element-wise ops, the Huber loss, Adagrad.
graph.program @smooth {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<11x19xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.3) : tensor<19xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<19x19xf32>
  %w3 = graph.parameter "fc3.weight" uniform_fan_in : tensor<19x3xf32>
  graph.predict(%x: tensor<?x11xf32>) {
    %h1 = graph.linear %x, %w1, %b1 : tensor<?x11xf32>, tensor<11x19xf32>, tensor<19xf32>
    %a1 = graph.silu %h1 : tensor<?x19xf32>
    %h2 = graph.linear %a1, %w2 : tensor<?x19xf32>, tensor<19x19xf32>
    %a2 = graph.mish %h2 : tensor<?x19xf32>
    %s = graph.add %a1, %a2 : tensor<?x19xf32>, tensor<?x19xf32>
    %a3 = graph.selu %s : tensor<?x19xf32>
    %y = graph.linear %a3, %w3 : tensor<?x19xf32>, tensor<19x3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %target: tensor<?x3xf32>) {
    %l = graph.huber %y, %target, 0.4 : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adagrad(learning_rate = 0.05, lr_decay = 0.1, initial_accumulator_value = 0.1, weight_decay = 0.01) batch(6) epochs(3)
}
