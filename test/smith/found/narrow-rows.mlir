// Touched rows of one and of two elements are changed several at a time, the last ones with fewer.
// RUN: mlc-smith --model %s --rows 40 --density 0.02 --data-seed 11 --seed 12 --cost many-rows=1 --threads 1 2 3 --turns 3 | FileCheck %s
// The same of rows whose values are all 1, and of those that touch most columns.
// RUN: mlc-smith --model %s --rows 40 --density 0.02 --data-seed 1 --seed 12 --cost many-rows=1 --threads 1 2 3 --turns 3 | FileCheck %s
// RUN: mlc-smith --model %s --rows 40 --density 0.3 --data-seed 5 --seed 12 --cost many-rows=1 --threads 1 2 3 --turns 3 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
graph.program @smith {
  %w = graph.parameter "wide" uniform(0.2) : tensor<300x1xf32>
  %u = graph.parameter "deep" uniform(0.2) : tensor<300x2xf32>
  %v = graph.parameter "last" uniform(0.7) : tensor<2x1xf32>
  graph.predict(%x: tensor<?x300xf32, #graph.csr>) {
    %a = graph.linear %x, %w : tensor<?x300xf32, #graph.csr>, tensor<300x1xf32>
    %h = graph.linear %x, %u : tensor<?x300xf32, #graph.csr>, tensor<300x2xf32>
    %t = graph.tanh %h : tensor<?x2xf32>
    %b = graph.linear %t, %v : tensor<?x2xf32>, tensor<2x1xf32>
    %y = graph.add %a, %b : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train ftrl(alpha = 0.5, l1 = 0.01) batch(16) epochs(2)
}
