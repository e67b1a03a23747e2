// Nesterov's momentum with weight decay; a product of two hidden layers.
graph.program @nesterov {
  %w1 = graph.parameter "left.weight" uniform_fan_in : tensor<9x17xf32>
  %w2 = graph.parameter "right.weight" uniform_fan_in : tensor<9x17xf32>
  %b2 = graph.parameter "right.bias" zeros : tensor<17xf32>
  %w3 = graph.parameter "out.weight" uniform_fan_in : tensor<17x4xf32>
  graph.predict(%x: tensor<?x9xf32>) {
    %l = graph.linear %x, %w1 : tensor<?x9xf32>, tensor<9x17xf32>
    %r = graph.linear %x, %w2, %b2 : tensor<?x9xf32>, tensor<9x17xf32>, tensor<17xf32>
    %g = graph.sigmoid %r : tensor<?x17xf32>
    %h = graph.mul %l, %g : tensor<?x17xf32>, tensor<?x17xf32>
    %y = graph.linear %h, %w3 : tensor<?x17xf32>, tensor<17x4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %target: tensor<?x4xf32>) {
    %l = graph.mse %y, %target : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.2, momentum = 0.8, nesterov = true, weight_decay = 0.01) batch(4) epochs(3)
}
