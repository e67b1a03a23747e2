// Rows of several places, which have their weights in common; one weight is that
// of two layers.
graph.program @places {
  %w1 = graph.parameter "layer1.weight" uniform_fan_in : tensor<9x9xf32>
  %b1 = graph.parameter "layer1.bias" uniform(0.2) : tensor<9xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<9x17xf32>
  %b2 = graph.parameter "layer2.bias" zeros : tensor<17xf32>
  %w3 = graph.parameter "layer3.weight" uniform_fan_in : tensor<17x2xf32>
  graph.predict(%x: tensor<?x5x9xf32>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x5x9xf32>, tensor<9x9xf32>, tensor<9xf32>
    %a = graph.tanh %h : tensor<?x5x9xf32>
    %h2 = graph.linear %a, %w1, %b1 : tensor<?x5x9xf32>, tensor<9x9xf32>, tensor<9xf32>
    %a2 = graph.silu %h2 : tensor<?x5x9xf32>
    %h3 = graph.linear %a2, %w2, %b2 : tensor<?x5x9xf32>, tensor<9x17xf32>, tensor<17xf32>
    %mean = graph.average %h3 : tensor<?x5x17xf32>
    %y = graph.linear %mean, %w3 : tensor<?x17xf32>, tensor<17x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.8) batch(8) epochs(3)
}
