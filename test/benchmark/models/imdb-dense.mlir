// The network of examples/imdb-mlp on dense rows.
!reviews = tensor<?x1000xf32>
!hidden = tensor<?x128xf32>
!logit = tensor<?x1xf32>

graph.program @imdb_dense {
  %w1 = graph.parameter "layer1.weight" uniform_fan_in : tensor<1000x128xf32>
  %b1 = graph.parameter "layer1.bias" uniform(0.0316) : tensor<128xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<128x1xf32>
  %b2 = graph.parameter "layer2.bias" uniform(0.0884) : tensor<1xf32>

  graph.predict(%x: !reviews) {
    %h = graph.linear %x, %w1, %b1 : !reviews, tensor<1000x128xf32>, tensor<128xf32>
    %a = graph.relu %h : !hidden
    %y = graph.linear %a, %w2, %b2 : !hidden, tensor<128x1xf32>, tensor<1xf32>
    graph.yield %y : !logit
  }
  graph.loss(%y: !logit, %label: !logit) {
    %l = graph.bce_with_logits %y, %label : !logit, !logit
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-3) batch(64) epochs(5)
}
