// Logistic regression on CSR rows, the smallest program.
graph.program @logistic {
  %w = graph.parameter "weight" zeros : tensor<50x1xf32>
  %b = graph.parameter "bias" zeros : tensor<1xf32>
  graph.predict(%x: tensor<?x50xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x50xf32, #graph.csr>, tensor<50x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 1.0) batch(16) epochs(3)
}
