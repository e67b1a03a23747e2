// The elastic net, but for biases, and averages of what is learned.
graph.program @elastic {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<21x40xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.1) weight_decay(0) l1(0) : tensor<40xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in l1(0.02) rate(0.5) : tensor<40x3xf32>
  graph.predict(%x: tensor<?x21xf32>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x21xf32>, tensor<21x40xf32>, tensor<40xf32>
    %a = graph.relu %h : tensor<?x40xf32>
    %y = graph.linear %a, %w2 : tensor<?x40xf32>, tensor<40x3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %target: tensor<?x3xf32>) {
    %l = graph.mse %y, %target : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.05, momentum = 0.8, weight_decay = 0.03) batch(8) epochs(3) schedule(cosine, warmup = 0.2, final = 0.1) clip_norm(0.8) l1(0.05) ema(0.8)
}
