// A product of many terms that another op reads is computed in that op's registers,
// not block by block in memory.
// RUN: mlc-smith --model %s --rows 2 --density 0.02 --data-seed 228763089 --seed 5940235356514516944 --cpu x86-64-v3 --no-optimize --threads 1 --turns 2 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// seed 820012
graph.program @smith {
  %1 = graph.parameter "p1" uniform(0.2) : tensor<7x300xf32>
  %2 = graph.parameter "p2" normal(0.1) : tensor<300xf32>
  %4 = graph.parameter "p4" uniform(0.2) : tensor<300x49xf32>
  %5 = graph.parameter "p5" normal(0.1) : tensor<49xf32>
  %7 = graph.parameter "p7" uniform_fan_in : tensor<300x49xf32>
  %10 = graph.parameter "p10" normal(0.1) : tensor<49x16xf32>
  %12 = graph.parameter "p12" uniform(0.2) : tensor<16xf32>
  %16 = graph.parameter "p16" normal(0.1) : tensor<7x16xf32>
  %17 = graph.parameter "p17" zeros : tensor<7x16xf32>
  %19 = graph.parameter "p19" uniform(0.2) : tensor<16xf32>
  %23 = graph.parameter "p23" uniform_fan_in : tensor<16x1xf32>
  graph.predict(%0: tensor<?x7xf32, #graph.csr>) {
    %3 = graph.linear %0, %1, %2 : tensor<?x7xf32, #graph.csr>, tensor<7x300xf32>, tensor<300xf32>
    %6 = graph.linear %3, %4, %5 : tensor<?x300xf32>, tensor<300x49xf32>, tensor<49xf32>
    %8 = graph.linear %3, %7 : tensor<?x300xf32>, tensor<300x49xf32>
    %9 = graph.sub %6, %8 : tensor<?x49xf32>, tensor<?x49xf32>
    %11 = graph.sigmoid %10 : tensor<49x16xf32>
    %13 = graph.linear %9, %11, %12 : tensor<?x49xf32>, tensor<49x16xf32>, tensor<16xf32>
    %14 = graph.sigmoid %13 : tensor<?x16xf32>
    %15 = graph.add %13, %14 : tensor<?x16xf32>, tensor<?x16xf32>
    %18 = graph.mul %16, %17 : tensor<7x16xf32>, tensor<7x16xf32>
    %20 = graph.linear %0, %18, %19 : tensor<?x7xf32, #graph.csr>, tensor<7x16xf32>, tensor<16xf32>
    %21 = graph.sub %20, %15 : tensor<?x16xf32>, tensor<?x16xf32>
    %22 = graph.leaky_relu %21, 0.000000e+00 : tensor<?x16xf32>
    %24 = graph.linear %22, %23 : tensor<?x16xf32>, tensor<16x1xf32>
    graph.yield %24 : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 1.000000e-03, beta2 = 0.9, lazy) batch(1) epochs(2)
}
