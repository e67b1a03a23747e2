// A binary classifier whose labels are smoothed.
graph.program @unsure {
  %w1 = graph.parameter "fc1.weight" uniform_fan_in : tensor<12x16xf32>
  %w2 = graph.parameter "fc2.weight" uniform_fan_in : tensor<16x1xf32>
  graph.predict(%x: tensor<?x12xf32>) {
    %h = graph.linear %x, %w1 : tensor<?x12xf32>, tensor<12x16xf32>
    %a = graph.selu %h : tensor<?x16xf32>
    %y = graph.linear %a, %w2 : tensor<?x16xf32>, tensor<16x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %label smoothing(0.1) : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.2, momentum = 0.9) batch(7) epochs(3)
}
