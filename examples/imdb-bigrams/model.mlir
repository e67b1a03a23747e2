// A small network on many features: a review is which of 300,000 words, pairs
// and triples of words it has, weighted by tf-idf; 16 hidden units.
!reviews = tensor<?x300000xf32, #graph.csr>
!hidden = tensor<?x16xf32>
!logit = tensor<?x1xf32>

graph.program @imdb_bigrams {
  %w1 = graph.parameter "layer1.weight" uniform(0.01) : tensor<300000x16xf32>
  %b1 = graph.parameter "layer1.bias" uniform(0.01) : tensor<16xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<16x1xf32>
  %b2 = graph.parameter "layer2.bias" zeros : tensor<1xf32>

  graph.predict(%x: !reviews) {
    %h = graph.linear %x, %w1, %b1 : !reviews, tensor<300000x16xf32>, tensor<16xf32>
    %a = graph.relu %h : !hidden
    %y = graph.linear %a, %w2, %b2 : !hidden, tensor<16x1xf32>, tensor<1xf32>
    graph.yield %y : !logit
  }
  graph.loss(%y: !logit, %label: !logit) {
    %l = graph.bce_with_logits %y, %label : !logit, !logit
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-3) batch(64) epochs(4)
}
