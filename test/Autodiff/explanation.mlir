// RUN: mlc-opt %s --split-input-file --mlc-explanation -canonicalize -cse | FileCheck %s

// The gradient of outputs by the input: at the entries of sparse rows, and in
// closed form over a path, as long as there is one layer that is not affine.

graph.program @sparse {
  %w = graph.parameter "w" zeros : tensor<9x4xf32>
  %b = graph.parameter "b" zeros : tensor<4xf32>
  %v = graph.parameter "v" zeros : tensor<4x2xf32>
  graph.predict(%x: tensor<?x9xf32, #graph.csr>) {
    %h = graph.linear %x, %w, %b : tensor<?x9xf32, #graph.csr>, tensor<9x4xf32>, tensor<4xf32>
    %a = graph.relu %h : tensor<?x4xf32>
    %y = graph.linear %a, %v : tensor<?x4xf32>, tensor<4x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// CHECK-LABEL: graph.program @sparse
// CHECK: func.func private @explain_step(
// CHECK-NOT: mlc.role<baseline>
// CHECK-SAME: %[[PATH:[a-z0-9]+]]: tensor<2xf32> {mlc.role = #mlc.role<path>}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<9x4xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: tensor<2xf32> {mlc.role = #mlc.role<direction>}
// CHECK-SAME: -> (tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<entry_gradient>})
// CHECK-SAME: mlc.independent, mlc.paths
// CHECK: %[[X:.*]] = graph.gather
// CHECK: graph.linear %[[X]], %[[W]]
// CHECK: %[[G:.*]] = graph.sampled_matmul %[[X]], %{{.*}}, %[[W]]
// CHECK: return %[[G]]

// -----

// A softmax has no mean in closed form: the gradient is that at the path's end.
graph.program @curved {
  %w = graph.parameter "w" zeros : tensor<9x4xf32>
  graph.predict(%x: tensor<?x9xf32>) {
    %h = graph.linear %x, %w : tensor<?x9xf32>, tensor<9x4xf32>
    %y = graph.softmax %h : tensor<?x4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
    %l = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// CHECK-LABEL: graph.program @curved
// CHECK: func.func private @explain_step(
// CHECK-SAME: tensor<?x9xf32> {mlc.role = #mlc.role<baseline>}
// CHECK-SAME: -> (tensor<?x9xf32> {mlc.role = #mlc.role<input_gradient>})
// CHECK-NOT: mlc.paths
// CHECK: graph.sum_row

// -----

// A network without any curve has the same gradient everywhere.
graph.program @straight {
  %w = graph.parameter "w" zeros : tensor<9x4xf32>
  %b = graph.parameter "b" zeros : tensor<4x4xf32>
  graph.predict(%x: tensor<?x9xf32>) {
    %h = graph.linear %x, %w : tensor<?x9xf32>, tensor<9x4xf32>
    %y = graph.linear %h, %b : tensor<?x4xf32>, tensor<4x4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
    %l = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// CHECK-LABEL: graph.program @straight
// CHECK: func.func private @explain_step(
// CHECK-SAME: mlc.paths
