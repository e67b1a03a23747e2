// RUN: mlc-opt %s --mlc-forward-steps --mlc-gradients --mlc-optimizer | FileCheck %s

// The training step computes with the batch's statistics and returns new
// running ones in the places of the parameters that have them, which have no
// gradient. Evaluation and prediction compute with the running ones.

graph.program @normalized {
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  %b = graph.parameter "b" zeros frozen : tensor<3xf32>
  %v = graph.parameter "v" constant(1.0) running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.batch_norm %x, %s, %b, %m, %v : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[M:[a-z0-9]+]]: tensor<3xf32> {mlc.role = #mlc.role<parameter>}, %[[S:[a-z0-9]+]]: tensor<3xf32> {mlc.role = #mlc.role<parameter>}, %[[B:[a-z0-9]+]]: tensor<3xf32> {mlc.role = #mlc.role<parameter>}, %[[V:[a-z0-9]+]]: tensor<3xf32>
// CHECK: graph.batch_norm %{{.*}}, %[[S]], %[[B]], %[[M]], %[[V]] by_batch
// CHECK: %[[L:.*]] = graph.mse
// CHECK: %[[NEWM:.*]] = arith.addf %[[M]], %{{.*}} : tensor<3xf32>
// CHECK: %[[NEWV:.*]] = arith.addf %[[V]], %{{.*}} : tensor<3xf32>
// CHECK: %[[NEWS:.*]] = arith.subf %[[S]], %{{.*}} : tensor<3xf32>
// CHECK: return %[[L]], %[[NEWM]], %[[NEWS]], %[[B]], %[[NEWV]]
// CHECK-LABEL: func.func private @evaluate_step(
// CHECK: graph.batch_norm
// CHECK-NOT: by_batch
// CHECK-LABEL: func.func private @predict_step(
// CHECK: graph.batch_norm
// CHECK-NOT: by_batch
