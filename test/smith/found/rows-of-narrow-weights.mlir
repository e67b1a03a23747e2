// Weights of too few columns to split are split by rows, of which each worker updates those of its shard that the batch touches.
// RUN: mlc-smith --model %s --rows 40 --density 0.1 --data-seed 11 --seed 12 --cost many-rows=1 --threads 1 2 3 --turns 3 | FileCheck %s
// The same of rows whose values are all 1, which are not stored.
// RUN: mlc-smith --model %s --rows 40 --density 0.1 --data-seed 1 --seed 12 --cost many-rows=1 --threads 1 2 3 --turns 3 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
graph.program @smith {
  %w = graph.parameter "weight" uniform(0.2) : tensor<300x4xf32>
  %b = graph.parameter "bias" zeros : tensor<4xf32>
  graph.predict(%x: tensor<?x300xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x300xf32, #graph.csr>, tensor<300x4xf32>, tensor<4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %label: tensor<?x4xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 1.0) batch(16) epochs(2)
}
