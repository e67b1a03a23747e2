// How many stars a review gives, as one of eight classes. Word embeddings are
// what they are here, a linear layer on normalised counts: row i of the weights
// is the vector of term i, and a review is the weighted sum of its terms'
// vectors. They are learned with the rest.
!reviews = tensor<?x20000xf32, #graph.csr>
!embedding = tensor<?x32xf32>
!logits = tensor<?x8xf32>
!classes = tensor<?xi32>

graph.program @imdb_ratings {
  %terms = graph.parameter "embeddings" uniform(0.01) : tensor<20000x32xf32>
  %w = graph.parameter "output.weight" uniform_fan_in : tensor<32x8xf32>
  %b = graph.parameter "output.bias" zeros : tensor<8xf32>

  graph.predict(%x: !reviews) {
    %e = graph.linear %x, %terms : !reviews, tensor<20000x32xf32>
    %a = graph.relu %e : !embedding
    %d = graph.dropout %a, 0.5 : !embedding
    %y = graph.linear %d, %w, %b : !embedding, tensor<32x8xf32>, tensor<8xf32>
    graph.yield %y : !logits
  }
  graph.loss(%y: !logits, %class: !classes) {
    %l = graph.cross_entropy %y, %class : !logits, !classes
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-3) batch(64) epochs(5)
}
