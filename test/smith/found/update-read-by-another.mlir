// On a GPU, a parameter was overwritten before the update of another had read it.
// RUN: mlc-smith --model %s --rows 1 --density 1 --data-seed 1399964375 --seed 808677689886708520 --no-shuffle --cpu native --gemm auto --threads 1 --gpu --order 0 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
graph.program @smith {
  %1 = graph.parameter "p1" uniform_fan_in : tensor<1x2xf32>
  %2 = graph.parameter "p2" normal(0.1) : tensor<2xf32>
  %3 = graph.parameter "p3" uniform_fan_in : tensor<2xf32>
  graph.predict(%0: tensor<?x1xf32, #graph.csr>) {
    %4 = graph.mul %2, %3 : tensor<2xf32>, tensor<2xf32>
    %5 = graph.linear %0, %1, %4 : tensor<?x1xf32, #graph.csr>, tensor<1x2xf32>, tensor<2xf32>
    graph.yield %5 : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}
