// Two hidden layers and ten classes, as for pictures of 28 x 28 points.
!picture = tensor<?x784xf32>
!hidden = tensor<?x512xf32>
!logits = tensor<?x10xf32>

graph.program @mnist_like {
  %w1 = graph.parameter "layer1.weight" uniform_fan_in : tensor<784x512xf32>
  %b1 = graph.parameter "layer1.bias" uniform(0.0357) : tensor<512xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<512x512xf32>
  %b2 = graph.parameter "layer2.bias" uniform(0.0442) : tensor<512xf32>
  %w3 = graph.parameter "layer3.weight" uniform_fan_in : tensor<512x10xf32>
  %b3 = graph.parameter "layer3.bias" uniform(0.0442) : tensor<10xf32>

  graph.predict(%x: !picture) {
    %h1 = graph.linear %x, %w1, %b1 : !picture, tensor<784x512xf32>, tensor<512xf32>
    %a1 = graph.relu %h1 : !hidden
    %h2 = graph.linear %a1, %w2, %b2 : !hidden, tensor<512x512xf32>, tensor<512xf32>
    %a2 = graph.relu %h2 : !hidden
    %y = graph.linear %a2, %w3, %b3 : !hidden, tensor<512x10xf32>, tensor<10xf32>
    graph.yield %y : !logits
  }
  graph.loss(%y: !logits, %label: tensor<?xi32>) {
    %l = graph.cross_entropy %y, %label : !logits, tensor<?xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-3) batch(128) epochs(5)
}
