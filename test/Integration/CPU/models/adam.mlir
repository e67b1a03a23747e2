// Adam with every setting off its default, weight decay through the gradient.
graph.program @adam {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<20x33xf32>
  %b1 = graph.parameter "fc1.bias" zeros : tensor<33xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<33x1xf32>
  graph.predict(%x: tensor<?x20xf32>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x20xf32>, tensor<20x33xf32>, tensor<33xf32>
    %a = graph.relu %h : tensor<?x33xf32>
    %y = graph.linear %a, %w2 : tensor<?x33xf32>, tensor<33x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.01, beta1 = 0.8, beta2 = 0.99, epsilon = 1.0e-6, weight_decay = 0.02) batch(9) epochs(3)
}
