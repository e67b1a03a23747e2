// Flags between loops of two and of three dimensions lay in memory that they had
// no bytes of, and as bits.
// RUN: mlc-smith --model %s --rows 40 --threads 1 --turns 2 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
graph.program @smith {
  %25 = graph.parameter "p25" uniform(0.2) : tensor<4x36xf32>
  %85 = graph.parameter "p85" normal(0.1) : tensor<36x13xf32>
  graph.predict(%0: tensor<?x4xf32>) {
    %27 = graph.linear %0, %25 : tensor<?x4xf32>, tensor<4x36xf32>
    %83 = graph.reshape %27 : tensor<?x36xf32> -> tensor<?x9x4xf32>
    %84 = graph.leaky_relu %83, 3.000000e-01 : tensor<?x9x4xf32>
    %88 = graph.softmax %84 : tensor<?x9x4xf32>
    %90 = graph.reshape %88 : tensor<?x9x4xf32> -> tensor<?x36xf32>
    %91 = graph.linear %90, %85 : tensor<?x36xf32>, tensor<36x13xf32>
    graph.yield %91 : tensor<?x13xf32>
  }
  graph.loss(%y: tensor<?x13xf32>, %t: tensor<?x13xf32>) {
    %l = graph.mse %y, %t : tensor<?x13xf32>, tensor<?x13xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.5) batch(16) epochs(2)
}
