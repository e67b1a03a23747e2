// A schedule, and gradients of which the norm is bounded.
graph.program @clipped {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<300x40xf32>
  %b1 = graph.parameter "fc1.bias" uniform(0.1) : tensor<40xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<40x33xf32>
  %b2 = graph.parameter "fc2.bias" uniform(0.1) : tensor<33xf32>
  %w3 = graph.parameter "fc3.weight" uniform_fan_in : tensor<33x1xf32>
  graph.predict(%x: tensor<?x300xf32, #graph.csr>) {
    %h1 = graph.linear %x, %w1, %b1 : tensor<?x300xf32, #graph.csr>, tensor<300x40xf32>, tensor<40xf32>
    %a1 = graph.relu %h1 : tensor<?x40xf32>
    %h2 = graph.linear %a1, %w2, %b2 : tensor<?x40xf32>, tensor<40x33xf32>, tensor<33xf32>
    %a2 = graph.relu %h2 : tensor<?x33xf32>
    %y = graph.linear %a2, %w3 : tensor<?x33xf32>, tensor<33x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %target: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %target : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.3, momentum = 0.9) batch(16) epochs(3) schedule(cosine, warmup = 0.2, final = 0.1) clip_norm(0.05)
}
