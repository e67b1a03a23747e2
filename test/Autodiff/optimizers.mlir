// RUN: mlc-opt %s --split-input-file --mlc-autodiff-stage | FileCheck %s

// The learning rate is a run-time scalar, narrowed once; no optimiser op is
// left after this stage, and no number of the rule but its own settings.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[RATE:[a-z0-9]+]]: f64 {mlc.role = "learning_rate"}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = "parameter"}) ->
// CHECK: %[[G:.*]] = graph.matmul
// CHECK: %[[NARROW:.*]] = arith.truncf %[[RATE]] : f64 to f32
// CHECK: %[[RATES:.*]] = tensor.splat %[[NARROW]] : tensor<2x1xf32>
// CHECK: %[[CHANGE:.*]] = arith.mulf %[[G]], %[[RATES]]
// CHECK: %[[NEW:.*]] = arith.subf %[[W]], %[[CHANGE]]
// CHECK: return %{{.*}}, %[[NEW]] : tensor<f32>, tensor<2x1xf32>
graph.program @sgd {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}

// -----

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[RATE:[a-z0-9]+]]: f64 {mlc.role = "learning_rate"}
// CHECK-SAME: %[[STEP:[a-z0-9]+]]: i64 {mlc.role = "step"}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = "parameter"}
// CHECK-SAME: %[[M:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = "state"}
// CHECK-SAME: %[[V:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = "state"}) ->
// Bias correction is by the step's number.
// CHECK: %[[T:.*]] = arith.sitofp %[[STEP]] : i64 to f64
// CHECK: %[[POWER1:.*]] = math.powf %{{.*}}, %[[T]] : f64
// CHECK: %[[CORRECTION1:.*]] = arith.subf %{{.*}}, %[[POWER1]] : f64
// CHECK: %[[POWER2:.*]] = math.powf %{{.*}}, %[[T]] : f64
// CHECK: arith.divf %[[RATE]], %[[CORRECTION1]] : f64
graph.program @adam {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.1) batch(1) epochs(1)
}
