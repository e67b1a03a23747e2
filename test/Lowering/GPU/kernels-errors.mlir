// RUN: mlc-opt %s --mlc-kernels --split-input-file --verify-diagnostics

// expected-error@+1 {{expected one graph.program}}
module {
}

// -----

graph.program @line {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.matmul %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.9, weight_decay = 0) batch(64) epochs(1)
}
func.func private @train_step(%y: memref<4xf32> {mlc.role = #mlc.role<loss>}) attributes {mlc.batch = 64 : i64} {
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{expected the attribute mlc.level}}
  linalg.fill ins(%zero : f32) outs(%y : memref<4xf32>)
  return
}

// -----

graph.program @line {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.matmul %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.9, weight_decay = 0) batch(64) epochs(1)
}
// expected-error@+1 {{expected a role that the runtime knows for argument 0}}
func.func private @train_step(%y: memref<4xf32> {mlc.role = #mlc.role<gradient>}) attributes {mlc.batch = 64 : i64} {
  %zero = arith.constant 0.0 : f32
  linalg.fill {mlc.level = 0 : i64} ins(%zero : f32) outs(%y : memref<4xf32>)
  return
}
