// An op made while a block of rows was tiled had the address of one that was gone.
// RUN: mlc-smith --model %s --rows 1 --density 1 --data-seed 4068617038 --seed 12271532205124615453 --no-shuffle --cpu native --gemm auto --cost block-elements=1,block-terms=5,block-rows=16 --threads 1 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// Segmentation fault
graph.program @smith {
  %1 = graph.parameter "p1" uniform(0.2) : tensor<17x2xf32>
  graph.predict(%0: tensor<?x17xf32>) {
    %2 = graph.linear %0, %1 : tensor<?x17xf32>, tensor<17x2xf32>
    graph.yield %2 : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}
