// The library computed rows of which each worker had others: its bits depend on how
// many there are.
// RUN: mlc-smith --model %s --rows 91 --density 1 --data-seed 4226275969 --seed 18373762176747292666 --no-shuffle --cpu native --gemm openblas --threads 1 --turns 2,3 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// bits with 2 workers in turns, the first one first and several steps a call: parameter "p1", element 31 differs from the run with 1 thread(s) and one step a call
graph.program @smith {
  %1 = graph.parameter "p1" uniform_fan_in : tensor<12x21xf32>
  %3 = graph.parameter "p3" constant(0.05) : tensor<21x122xf32>
  graph.predict(%0: tensor<?x12xf32>) {
    %2 = graph.linear %0, %1 : tensor<?x12xf32>, tensor<12x21xf32>
    %4 = graph.linear %2, %3 : tensor<?x21xf32>, tensor<21x122xf32>
    graph.yield %4 : tensor<?x122xf32>
  }
  graph.loss(%y: tensor<?x122xf32>, %t: tensor<?x122xf32>) {
    %l = graph.mse %y, %t : tensor<?x122xf32>, tensor<?x122xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(4) epochs(1)
}
