// Whether a reviewer liked a film, by the words of the review; the weights tell
// little of any one review (see README.md).
graph.program @imdb_private {
  %w = graph.parameter "word.weight" zeros : tensor<1000x1xf32>
  %b = graph.parameter "bias" zeros : tensor<1xf32>
  graph.predict(%x: tensor<?x1000xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x1000xf32, #graph.csr>, tensor<1000x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 1.2, momentum = 0.9) batch(2048) epochs(20) private(clip = 0.5)
}
