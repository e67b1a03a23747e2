// RUN: mlc-opt %s --mlc-autodiff-stage | FileCheck %s --implicit-check-not=@train_step
// RUN: mlc-opt %s --mlc-forward-steps --mlc-gradients --mlc-optimizer --mlc-explanation | FileCheck %s --check-prefix=EXPLAIN --implicit-check-not=@train_step

// A quantised weight is not trained: there is no step of training. The gradient
// by the inputs goes through the product that it is the weight of.

graph.program @m {
  %q = graph.parameter "w" stored : tensor<9x4xi4>
  %s = graph.parameter "w.scale" stored : tensor<9xf16>
  %b = graph.parameter "b" zeros : tensor<4xf32>
  graph.predict(%x: tensor<?x9xf32, #graph.csr>) {
    %w = graph.dequantize %q, %s : tensor<9x4xi4>, tensor<9xf16>
    %y = graph.linear %x, %w, %b : tensor<?x9xf32, #graph.csr>, tensor<9x4xf32>, tensor<4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
    %l = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.1) batch(4) epochs(1)
}

// CHECK: func.func private @evaluate_step({{.*}}tensor<9x4xi4> {mlc.role = #mlc.role<parameter>}, %{{.*}}: tensor<9xf16> {mlc.role = #mlc.role<parameter>}
// CHECK: func.func private @predict_step(

// EXPLAIN: func.func private @explain_step(
// EXPLAIN: %[[W:.*]] = graph.dequantize
// EXPLAIN: graph.sampled_matmul %{{.*}}, %{{.*}}, %[[W]]
