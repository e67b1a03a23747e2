// A hidden layer seen as eight rows of sixteen and back; input, prediction and
// weights of more than two dimensions. flat.mlir is the same model
// without any of that.
graph.program @reshape {
  %w1 = graph.parameter "layer1.weight" normal(0.1) : tensor<4x5x8x16xf32>
  %b1 = graph.parameter "layer1.bias" uniform(0.2) : tensor<8x16xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<8x16x3xf32>
  graph.predict(%x: tensor<?x4x5xf32>) {
    %in = graph.reshape %x : tensor<?x4x5xf32> -> tensor<?x20xf32>
    %w1m = graph.reshape %w1 : tensor<4x5x8x16xf32> -> tensor<20x128xf32>
    %b1m = graph.reshape %b1 : tensor<8x16xf32> -> tensor<128xf32>
    %h = graph.linear %in, %w1m, %b1m : tensor<?x20xf32>, tensor<20x128xf32>, tensor<128xf32>
    %rows = graph.reshape %h : tensor<?x128xf32> -> tensor<?x8x16xf32>
    %a = graph.relu %rows : tensor<?x8x16xf32>
    %d = graph.dropout %a, 0.25 : tensor<?x8x16xf32>
    %back = graph.reshape %d : tensor<?x8x16xf32> -> tensor<?x128xf32>
    %w2m = graph.reshape %w2 : tensor<8x16x3xf32> -> tensor<128x3xf32>
    %y = graph.linear %back, %w2m : tensor<?x128xf32>, tensor<128x3xf32>
    %z = graph.reshape %y : tensor<?x3xf32> -> tensor<?x3x1xf32>
    graph.yield %z : tensor<?x3x1xf32>
  }
  graph.loss(%y: tensor<?x3x1xf32>, %t: tensor<?x3x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x3x1xf32>, tensor<?x3x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.0e-2) batch(16) epochs(3)
}
