// RUN: mlc-smith --model %s --rows 90 --density 0.1 --data-seed 479176025 --seed 12803547146531710754 --cpu native | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// All terms of the loss are log 2: the rounding errors of their sum all have one
// sign, and add up to more than those of random terms do.
graph.program @smith {
  %1 = graph.parameter "p1" normal(0.1) : tensor<27x12xf32>
  %2 = graph.parameter "p2" normal(0.1) : tensor<12xf32>
  %5 = graph.parameter "p5" uniform_fan_in : tensor<12x513xf32>
  %6 = graph.parameter "p6" normal(0.1) : tensor<513xf32>
  graph.predict(%0: tensor<?x27xf32, #graph.csr>) {
    %3 = graph.linear %0, %1, %2 : tensor<?x27xf32, #graph.csr>, tensor<27x12xf32>, tensor<12xf32>
    %4 = graph.sigmoid %3 : tensor<?x12xf32>
    %7 = graph.linear %4, %5, %6 : tensor<?x12xf32>, tensor<12x513xf32>, tensor<513xf32>
    %8 = graph.sub %7, %7 : tensor<?x513xf32>, tensor<?x513xf32>
    graph.yield %8 : tensor<?x513xf32>
  }
  graph.loss(%y: tensor<?x513xf32>, %t: tensor<?x513xf32>) {
    %l = graph.bce_with_logits %y, %t : tensor<?x513xf32>, tensor<?x513xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.000000e-03) batch(48) epochs(2)
}
