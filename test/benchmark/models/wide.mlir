// Wide dense layers: nearly all of the time is in large matrix products.
!input = tensor<?x4096xf32>
!hidden = tensor<?x1024xf32>
!logit = tensor<?x1xf32>

graph.program @wide {
  %w1 = graph.parameter "layer1.weight" uniform_fan_in : tensor<4096x1024xf32>
  %b1 = graph.parameter "layer1.bias" uniform(0.0156) : tensor<1024xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<1024x1024xf32>
  %b2 = graph.parameter "layer2.bias" uniform(0.0312) : tensor<1024xf32>
  %w3 = graph.parameter "layer3.weight" uniform_fan_in : tensor<1024x1xf32>
  %b3 = graph.parameter "layer3.bias" uniform(0.0312) : tensor<1xf32>

  graph.predict(%x: !input) {
    %h1 = graph.linear %x, %w1, %b1 : !input, tensor<4096x1024xf32>, tensor<1024xf32>
    %a1 = graph.relu %h1 : !hidden
    %h2 = graph.linear %a1, %w2, %b2 : !hidden, tensor<1024x1024xf32>, tensor<1024xf32>
    %a2 = graph.relu %h2 : !hidden
    %y = graph.linear %a2, %w3, %b3 : !hidden, tensor<1024x1xf32>, tensor<1xf32>
    graph.yield %y : !logit
  }
  graph.loss(%y: !logit, %label: !logit) {
    %l = graph.bce_with_logits %y, %label : !logit, !logit
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-4) batch(256) epochs(5)
}
