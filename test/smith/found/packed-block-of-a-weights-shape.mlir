// A block of packed operands had the shape of a weight computed from others, and
// bufferization gave it memory in the loop over blocks.
// RUN: mlc-smith --model %s --rows 1 --density 1 --data-seed 2106222581 --seed 11821790752640054305 --no-shuffle --cpu native --gemm auto --cost block-elements=1,block-terms=5,block-rows=16 --threads 1 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
graph.program @smith {
  %1 = graph.parameter "p1" uniform(0.2) : tensor<4x1xf32>
  %2 = graph.parameter "p2" constant(0.05) : tensor<1x5xf32>
  %5 = graph.parameter "p5" uniform_fan_in : tensor<5x6xf32>
  %7 = graph.parameter "p7" normal(0.1) : tensor<6x32xf32>
  graph.predict(%0: tensor<?x4xf32>) {
    %3 = graph.linear %1, %2 : tensor<4x1xf32>, tensor<1x5xf32>
    %4 = graph.linear %0, %3 : tensor<?x4xf32>, tensor<4x5xf32>
    %6 = graph.linear %4, %5 : tensor<?x5xf32>, tensor<5x6xf32>
    %8 = graph.linear %6, %7 : tensor<?x6xf32>, tensor<6x32xf32>
    graph.yield %8 : tensor<?x32xf32>
  }
  graph.loss(%y: tensor<?x32xf32>, %t: tensor<?x32xf32>) {
    %l = graph.mse %y, %t : tensor<?x32xf32>, tensor<?x32xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(4) epochs(1)
}
