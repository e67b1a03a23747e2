// A shard had fewer columns than a tile of sums over terms, whose code then contradicted their bound.
// RUN: mlc-smith --model %s --rows 1 --density 1 --data-seed 4291590708 --seed 5731908275784365564 --no-shuffle --cpu native --gemm auto --cost shortest-split=1 --threads 1 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// operand #5 does not dominate this use
graph.program @smith {
  %1 = graph.parameter "p1" constant(0.05) : tensor<2x2xf32>
  %3 = graph.parameter "p3" uniform(0.2) : tensor<2x2xf32>
  graph.predict(%0: tensor<?x2xf32>) {
    %2 = graph.linear %0, %1 : tensor<?x2xf32>, tensor<2x2xf32>
    %4 = graph.linear %2, %3 : tensor<?x2xf32>, tensor<2x2xf32>
    graph.yield %4 : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train lion(learning_rate = 1.000000e-04, weight_decay = 1.000000e-03) batch(1) epochs(1)
}
