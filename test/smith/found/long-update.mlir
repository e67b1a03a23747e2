// Dropout makes the update's body long: no product is computed in its registers,
// nor, without memory of the step for it, in its loop.
// RUN: mlc-smith --model %s --rows 16 --density 0.3 --data-seed 1173994641 --seed 6933794466556699669 --no-shuffle --cpu native --no-optimize --threads 1 --turns 2 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// seed 700007
graph.program @smith {
  %1 = graph.parameter "p1" constant(0.05) : tensor<59x2xf32>
  %3 = graph.parameter "p3" constant(0.05) : tensor<2xf32>
  %5 = graph.parameter "p5" uniform(0.2) : tensor<2x2xf32>
  graph.predict(%0: tensor<?x59xf32, #graph.csr>) {
    %2 = graph.dropout %1, 5.000000e-01 : tensor<59x2xf32>
    %4 = graph.linear %0, %2, %3 : tensor<?x59xf32, #graph.csr>, tensor<59x2xf32>, tensor<2xf32>
    %6 = graph.linear %4, %5, %3 : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32>
    %7 = graph.mul %6, %4 : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %7 : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.bce_with_logits %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adamw(learning_rate = 1.000000e-02, beta1 = 0.8, weight_decay = 5.000000e-02) batch(9) epochs(1)
}
