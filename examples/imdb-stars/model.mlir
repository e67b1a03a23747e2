// How many stars a review gives, as a number: mean squared error. The output
// starts in the middle of the scale.
!reviews = tensor<?x50000xf32, #graph.csr>
!hidden = tensor<?x16xf32>
!stars = tensor<?x1xf32>

graph.program @imdb_stars {
  %w1 = graph.parameter "layer1.weight" uniform(0.01) : tensor<50000x16xf32>
  %b1 = graph.parameter "layer1.bias" zeros : tensor<16xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<16x1xf32>
  %b2 = graph.parameter "layer2.bias" constant(5.5) : tensor<1xf32>

  graph.predict(%x: !reviews) {
    %h = graph.linear %x, %w1, %b1 : !reviews, tensor<50000x16xf32>, tensor<16xf32>
    %a = graph.relu %h : !hidden
    %y = graph.linear %a, %w2, %b2 : !hidden, tensor<16x1xf32>, tensor<1xf32>
    graph.yield %y : !stars
  }
  graph.loss(%y: !stars, %rating: !stars) {
    %l = graph.mse %y, %rating : !stars, !stars
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-3) batch(64) epochs(4)
}
