// A sum to one number in more shards than one expression adds, as on a GPU
// whose blocks are workers: the map of a result without dimensions was none.
// RUN: mlc-smith --model %s --rows 1 --density 1 --data-seed 605627604 --seed 11969918539654086545 --no-shuffle --cpu native --gemm auto --threads 1 --gpu --order 0 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
graph.program @smith {
  %1 = graph.parameter "p1" uniform(0.2) : tensor<1x17xf32>
  graph.predict(%0: tensor<?x1xf32>) {
    %2 = graph.softmax %1 : tensor<1x17xf32>
    %3 = graph.linear %0, %2 : tensor<?x1xf32>, tensor<1x17xf32>
    graph.yield %3 : tensor<?x17xf32>
  }
  graph.loss(%y: tensor<?x17xf32>, %t: tensor<?x17xf32>) {
    %l = graph.mse %y, %t : tensor<?x17xf32>, tensor<?x17xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}
