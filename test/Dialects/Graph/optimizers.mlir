// RUN: mlc-opt %s --split-input-file | mlc-opt --split-input-file | FileCheck %s
// RUN: mlc-opt %s --split-input-file --mlir-print-op-generic | mlc-opt --split-input-file | FileCheck %s

// CHECK: graph.train sgd(learning_rate = 0.1, momentum = 0.9, weight_decay = 1.0e-04, nesterov = true) batch(1) epochs(1)
graph.program @sgd {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.9, nesterov = true, weight_decay = 1.0e-4) batch(1) epochs(1)
}

// -----

// CHECK: graph.train adam(learning_rate = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-08, weight_decay = 0) batch(1048576) epochs(1000000)
graph.program @adam {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0) batch(1048576) epochs(1000000)
}

// -----

// CHECK: graph.train adamw(learning_rate = 3.0e+20, beta1 = 0, beta2 = 0.99, epsilon = 1, weight_decay = 0.01) batch(7) epochs(3)
graph.program @adamw {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adamw(epsilon = 1, beta2 = 0.99, beta1 = 0.0, learning_rate = 3.0e20) batch(7) epochs(3)
}

// -----

// CHECK: graph.train adam(lazy, learning_rate = 0.1, beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-08, weight_decay = 0) batch(7) epochs(3)
graph.program @lazy {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x2xf32, #graph.csr>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.1, lazy) batch(7) epochs(3)
}

// -----

// CHECK: graph.train adagrad(learning_rate = 0.1, lr_decay = 0, initial_accumulator_value = 0.5, epsilon = 1.0e-10, weight_decay = 0) batch(7) epochs(3)
graph.program @adagrad {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adagrad(learning_rate = 0.1, initial_accumulator_value = 0.5) batch(7) epochs(3)
}

// -----

// CHECK: graph.train lion(learning_rate = 1.0e-04, beta1 = 0.9, beta2 = 0.5, weight_decay = 0) batch(7) epochs(3)
graph.program @lion {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train lion(learning_rate = 1.0e-4, beta2 = 0.5) batch(7) epochs(3)
}

// -----

// CHECK: graph.train rmsprop(learning_rate = 0.001, alpha = 0.99, momentum = 0.5, epsilon = 1.0e-08, weight_decay = 0) batch(7) epochs(3)
graph.program @rmsprop {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train rmsprop(learning_rate = 1.0e-3, momentum = 0.5) batch(7) epochs(3)
}

// -----

// CHECK: graph.train ftrl(alpha = 0.1, beta = 1, l1 = 1.0e-05, l2 = 0) batch(7) epochs(3)
graph.program @ftrl {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train ftrl(l1 = 1.0e-5, alpha = 0.1) batch(7) epochs(3)
}
