// RUN: mlc-opt %s --split-input-file --mlc-forward-steps --mlc-gradients --mlc-optimizer --verify-diagnostics

graph.program @no_rule {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %h = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    // expected-error@+1 {{expected an op with a gradient rule between the parameters and the loss, but 'graph.sum_row' has none}}
    %y = graph.sum_row %h : tensor<?x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// Beside the way from the parameters to the loss, no rule is needed.
graph.program @rule_not_needed {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %s = graph.sum_row %x : tensor<?x3xf32>
    %y = graph.linear %s, %w : tensor<?x3xf32>, tensor<3x2xf32>
    %u = graph.sum_batch %y : tensor<?x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

graph.program @first {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}
// expected-error@+1 {{expected one graph.program in a model file, but this is the second}}
graph.program @second {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// expected-error@+1 {{expected another name than 'train_step', which the compiler gives to a step}}
graph.program @train_step {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}
