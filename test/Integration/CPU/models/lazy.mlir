// Adam that changes only rows which a batch touches; a batch of 5 rows touches
// two thirds of the columns or fewer.
graph.program @lazy {
  %w1 = graph.parameter "embedding" uniform_fan_in : tensor<150x16xf32>
  %b1 = graph.parameter "bias" zeros : tensor<16xf32>
  %w2 = graph.parameter "out.weight" uniform_fan_in : tensor<16x1xf32>
  graph.predict(%x: tensor<?x150xf32, #graph.csr>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x150xf32, #graph.csr>, tensor<150x16xf32>, tensor<16xf32>
    %a = graph.relu %h : tensor<?x16xf32>
    %y = graph.linear %a, %w2 : tensor<?x16xf32>, tensor<16x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.01, beta1 = 0.8, beta2 = 0.99, epsilon = 1.0e-4) batch(5) epochs(3)
}
