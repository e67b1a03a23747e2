// The labels had lost a dimension that the prediction kept, where evaluation counts on a GPU.
// RUN: mlc-smith --model %s --rows 1 --density 1 --data-seed 1147850045 --seed 6402319515393933149 --no-shuffle --cpu native --gemm auto --threads 1 --gpu --order 0 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
graph.program @smith {
  %1 = graph.parameter "p1" uniform_fan_in : tensor<1x21xf32>
  graph.predict(%0: tensor<?x1xf32>) {
    %2 = graph.linear %0, %1 : tensor<?x1xf32>, tensor<1x21xf32>
    %3 = graph.reshape %2 : tensor<?x21xf32> -> tensor<?x3x7x1xf32>
    %4 = graph.average %3 : tensor<?x3x7x1xf32>
    graph.yield %4 : tensor<?x7x1xf32>
  }
  graph.loss(%y: tensor<?x7x1xf32>, %t: tensor<?x7x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x7x1xf32>, tensor<?x7x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}
