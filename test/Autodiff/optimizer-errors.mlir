// RUN: mlc-opt %s --split-input-file --mlc-optimizer --verify-diagnostics

// expected-error@+1 {{expected the function 'train_step', which mlc-gradients makes}}
graph.program @no_step {
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

graph.program @gradients_lost {
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
// expected-error@+1 {{expected a gradient for each of 1 parameters, but got 0}}
func.func private @train_step(%rate: f64 {mlc.role = #mlc.role<learning_rate>}, %step: i64 {mlc.role = #mlc.role<step>},
                              %w: tensor<3x2xf32> {mlc.role = #mlc.role<parameter>}) -> (tensor<3x2xf32> {mlc.role = #mlc.role<loss>}) {
  return %w : tensor<3x2xf32>
}

// -----

graph.program @arguments_lost {
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
// expected-error@+1 {{expected arguments of the roles learning_rate and step}}
func.func private @train_step(%w: tensor<3x2xf32> {mlc.role = #mlc.role<parameter>}) -> (tensor<3x2xf32> {mlc.role = #mlc.role<gradient>}) {
  return %w : tensor<3x2xf32>
}
