// Of two equal layers of sparse data, one gradient by the data was added to itself.
// RUN: mlc-smith --model %s --rows 1 --density 1 --data-seed 1093698599 --seed 16423289511046089530 --no-shuffle --cpu native --gemm auto --threads 1 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
graph.program @smith {
  %1 = graph.parameter "p1" uniform(0.2) : tensor<1x1xf32>
  graph.predict(%0: tensor<?x1xf32, #graph.csr>) {
    %2 = graph.linear %0, %1 : tensor<?x1xf32, #graph.csr>, tensor<1x1xf32>
    %3 = graph.linear %0, %1 : tensor<?x1xf32, #graph.csr>, tensor<1x1xf32>
    %4 = graph.add %3, %2 : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %4 : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}
