// RUN: mlc-smith --model %s --rows 1 --density 1 --data-seed 426335840 --seed 15651241063158281677 --no-shuffle --cpu native --gemm auto --threads 1 --gpu --order 2 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// A parameter was overwritten in its buffer while the update after it still
// read it: upstream's bufferization makes no copies in a module inside of its
// own, where the step of the chip is.
graph.program @smith {
  %1 = graph.parameter "p1" normal(0.1) : tensor<1x2xf32>
  %2 = graph.parameter "p2" normal(0.1) : tensor<2xf32>
  %3 = graph.parameter "p3" constant(0.05) : tensor<2xf32>
  graph.predict(%0: tensor<?x1xf32>) {
    %4 = graph.mul %2, %3 : tensor<2xf32>, tensor<2xf32>
    %5 = graph.linear %0, %1, %4 : tensor<?x1xf32>, tensor<1x2xf32>, tensor<2xf32>
    graph.yield %5 : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}
