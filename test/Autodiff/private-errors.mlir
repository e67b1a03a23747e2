// RUN: mlc-opt %s --split-input-file --mlc-gradients --mlc-private --verify-diagnostics

graph.program @random {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    // expected-error@+1 {{expected no op that draws random numbers in private training, but 'graph.dropout' does: what it draws for a row depends on how many rows come before it, and on the seed, which is no secret; leave it out}}
    %d = graph.dropout %x, 0.5 : tensor<?x3xf32>
    %y = graph.linear %d, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}

// -----

// Of the loss of all rows, which each row's gradient would depend on.
graph.program @mixed {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    // expected-error@+1 {{expected an op that keeps the rows of a batch apart in private training}}
    %m = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    %l = graph.mul %m, %m : tensor<f32>, tensor<f32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}

// -----

graph.program @mixes_rows {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    // expected-error@+1 {{expected an op that keeps the rows of a batch apart in private training, but 'graph.sum_batch' mixes them, or has no such rule; leave it out, or leave out private(...)}}
    %s = graph.sum_batch %x : tensor<?x3xf32>
    %r = graph.repeat_row %s like %x : tensor<3xf32>, tensor<?x3xf32>
    %y = graph.linear %r, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}

// -----

graph.program @computed {
  // expected-note@+1 {{the parameter is here}}
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %v = graph.tanh %w : tensor<3x2xf32>
    // expected-error@+1 {{expected a use of parameter "w" of which private training knows the norm of a row's gradient: graph.linear, graph.scale_columns, graph.layer_norm, perhaps behind graph.reshape; make it 'frozen', or leave out private(...)}}
    %y = graph.linear %x, %v : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}

// -----

graph.program @two_ways {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    %f = graph.reshape %w : tensor<3x1xf32> -> tensor<3xf32>
    %u = graph.reshape %w : tensor<3x1xf32> -> tensor<1x3xf32>
    // expected-error@+1 {{expected parameter "w" to be used in one way alone in private training, but it is the weight of one op and something else, or of another shape, for another; leave out one use, or private(...)}}
    %z = graph.linear %y, %u, %f : tensor<?x1xf32>, tensor<1x3xf32>, tensor<3xf32>
    graph.yield %z : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}

// -----

graph.program @places {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x?x3xf32, #graph.sizes<"words" max 4>>) {
    // expected-error@+1 {{expected rows of a known number of places in private training, but parameter "w" is the weight of as many as a batch has; write their number in the place of ?, average them before (graph.average), make it 'frozen', or leave out private(...)}}
    %h = graph.linear %x, %w : tensor<?x?x3xf32, #graph.sizes<"words" max 4>>, tensor<3x2xf32>
    %y = graph.average %h : tensor<?x?x2xf32, #graph.sizes<"words" max 4>>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}
