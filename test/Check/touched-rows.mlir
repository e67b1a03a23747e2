// RUN: mlc-smith --model %s --rows 13 --density 0.001 --data-seed 3 --seed 5 | FileCheck %s
// CHECK: agrees
// CHECK-NEXT: {{^[1-9][0-9]* steps compared}}
// Descent where a batch has some hundreds of very many columns: only their rows
// are read.
graph.program @touched_rows {
  %w = graph.parameter "w" zeros : tensor<66000x16xf32>
  %b = graph.parameter "b" zeros : tensor<16xf32>
  graph.predict(%x: tensor<?x66000xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x66000xf32, #graph.csr>, tensor<66000x16xf32>, tensor<16xf32>
    graph.yield %y : tensor<?x16xf32>
  }
  graph.loss(%y: tensor<?x16xf32>, %t: tensor<?x16xf32>) {
    %l = graph.mse %y, %t : tensor<?x16xf32>, tensor<?x16xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.3) batch(5) epochs(2)
}
