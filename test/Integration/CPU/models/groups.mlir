// Parameters that are trained in ways of their own.
graph.program @groups {
  %w0 = graph.parameter "fc0.weight" uniform_fan_in frozen : tensor<9x12xf32>
  %w1 = graph.parameter "fc1.weight" uniform_fan_in rate(0.5) : tensor<12x17xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.3) rate(2) weight_decay(0) : tensor<17xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in weight_decay(0.2) : tensor<17x2xf32>
  graph.predict(%x: tensor<?x9xf32>) {
    %e = graph.linear %x, %w0 : tensor<?x9xf32>, tensor<9x12xf32>
    %h = graph.linear %e, %w1, %b1 : tensor<?x12xf32>, tensor<12x17xf32>, tensor<17xf32>
    %a = graph.silu %h : tensor<?x17xf32>
    %y = graph.linear %a, %w2 : tensor<?x17xf32>, tensor<17x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %target: tensor<?x2xf32>) {
    %l = graph.mse %y, %target : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adamw(learning_rate = 0.01, epsilon = 1.0e-5, weight_decay = 0.05) batch(8) epochs(3)
}
