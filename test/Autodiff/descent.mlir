// RUN: mlc-opt %s --split-input-file --mlc-autodiff-stage | FileCheck %s

// What becomes of gradients before the optimiser sees them, and parameters that
// are trained in ways of their own.

// CHECK-LABEL: func.func private @train_step(
// CHECK: %[[DW:.*]] = graph.matmul
// CHECK: %[[ABOVE:.*]] = arith.maximumf %[[DW]], %{{.*}} : tensor<2x1xf32>
// CHECK: %[[CLIPPED:.*]] = arith.minimumf %[[ABOVE]], %{{.*}} : tensor<2x1xf32>
// CHECK: arith.mulf %[[CLIPPED]], %{{.*}} : tensor<2x1xf32>
graph.program @clip_value {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1) clip_value(0.5)
}

// -----

// The sum so far is a state, and the update is one of all steps together.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[STEP:[a-z0-9]+]]: i64 {mlc.role = #mlc.role<step>}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<state, "accumulated" of "w">}
// CHECK-SAME: %[[B:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<state, "momentum_buffer" of "w">}) ->
// CHECK: %[[DW:.*]] = graph.matmul
// CHECK: arith.remsi %[[STEP]], %{{.*}} : i64
// CHECK: %[[PART:.*]] = arith.mulf %[[DW]],
// CHECK: %[[SUM:.*]] = arith.addf %[[A]], %[[PART]]
// CHECK: %[[NEW_A:.*]] = arith.select %{{.*}}, %{{.*}}, %[[SUM]]
// CHECK: %[[MOMENTUM:.*]] = arith.addf %{{.*}}, %[[SUM]]
// CHECK: %[[NEW_W:.*]] = arith.select %{{.*}}, %{{.*}}, %[[W]]
// CHECK: %[[NEW_B:.*]] = arith.select %{{.*}}, %[[MOMENTUM]], %[[B]]
// CHECK: return %{{.*}}, %[[NEW_W]], %[[NEW_A]], %[[NEW_B]]
graph.program @accumulate {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.9) batch(1) epochs(1) accumulate(4)
}

// -----

// One factor for both gradients.

// CHECK-LABEL: func.func private @train_step(
// CHECK: %[[DW:.*]] = graph.matmul
// CHECK: %[[DB:.*]] = graph.sum_batch
// CHECK: %[[OF_W:.*]] = graph.sum_squares %[[DW]] : tensor<2x1xf32>
// CHECK: %[[OF_B:.*]] = graph.sum_squares %[[DB]] : tensor<1xf32>
// CHECK: %[[SUM:.*]] = arith.addf %[[OF_W]], %[[OF_B]] : tensor<f32>
// CHECK: %[[NORM:.*]] = math.sqrt %[[SUM]] : tensor<f32>
// CHECK: %[[SHARE:.*]] = arith.divf
// CHECK: %[[LEAST:.*]] = arith.minimumf %[[SHARE]],
// CHECK: %[[FACTOR:.*]] = arith.truncf %[[LEAST]] : f64 to f32
// CHECK: arith.mulf %[[DW]], %{{.*}} : tensor<2x1xf32>
// CHECK: arith.mulf %[[DB]], %{{.*}} : tensor<1xf32>
// CHECK: return %{{.*}}, %{{.*}}, %{{.*}}, %[[NORM]] : tensor<f32>, tensor<2x1xf32>, tensor<1xf32>, tensor<f32>
graph.program @clip_norm {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  %b = graph.parameter "b" zeros : tensor<1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w, %b : tensor<?x2xf32>, tensor<2x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1) clip_norm(0.5)
}

// -----

// Of x^T dy with sparse x, dy is multiplied, so that the update is still one of
// the rows that the batch touches.

// CHECK-LABEL: func.func private @train_step(
// CHECK: %[[DW:.*]] = graph.matmul %[[X:.*]], %[[DY:.*]] {transpose_lhs}
// CHECK: %[[SQUARES:.*]] = graph.sum_squares %[[DW]] : tensor<2x1xf32>
// CHECK: %[[NORM:.*]] = math.sqrt %[[SQUARES]] : tensor<f32>
// CHECK: %[[SCALED:.*]] = arith.mulf %[[DY]], %{{.*}} : tensor<?x1xf32>
// CHECK: graph.matmul %[[X]], %[[SCALED]] {transpose_lhs}
// CHECK: graph.touched_columns %[[X]]
graph.program @clip_norm_of_sparse {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x2xf32, #graph.csr>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.1) batch(1) epochs(1) clip_norm(0.5)
}
