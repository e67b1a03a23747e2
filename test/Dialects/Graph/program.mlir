// RUN: mlc-opt %s | mlc-opt | FileCheck %s
// RUN: mlc-opt %s --mlir-print-op-generic | mlc-opt | FileCheck %s

// CHECK-LABEL: graph.program @frame
graph.program @frame {
  // CHECK: %[[W:.*]] = graph.parameter "layer.weight" uniform_fan_in : tensor<4x3xf32>
  %w = graph.parameter "layer.weight" uniform_fan_in : tensor<4x3xf32>
  // CHECK: %[[A:.*]] = graph.parameter "a" zeros frozen : tensor<3xf32>
  %a = graph.parameter "a" zeros frozen : tensor<3xf32>
  // CHECK: %[[B:.*]] = graph.parameter "b \22c\22" constant(-1.500000e+00) : tensor<3xf32>
  %b = graph.parameter "b \"c\"" constant(-1.5) : tensor<3xf32>
  // CHECK: %[[U:.*]] = graph.parameter "u" uniform(1.000000e+00) rate(0.5) weight_decay(1.0e-05) l1(0.25) : tensor<3x3xf32>
  %u = graph.parameter "u" uniform(1) l1(0.25) weight_decay(0.00001) rate(0.5) : tensor<3x3xf32>
  // CHECK: %[[N:.*]] = graph.parameter "n" normal(2.500000e-01) keep_zeros weight_decay(0) : tensor<3xf32>
  %n = graph.parameter "n" normal(0.25) weight_decay(0) keep_zeros : tensor<3xf32>
  // A frozen parameter need not be used.
  // CHECK: graph.parameter "spare" zeros frozen : tensor<7xf32>
  %spare = graph.parameter "spare" zeros frozen : tensor<7xf32>
  // CHECK: %[[M:.*]] = graph.parameter "m" zeros running : tensor<3xf32>
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  // CHECK: %[[V:.*]] = graph.parameter "v" constant(1.000000e+00) running : tensor<3xf32>
  %v = graph.parameter "v" constant(1) running : tensor<3xf32>
  // CHECK: graph.predict(%[[X:.*]]: tensor<?x4xf32, #graph.csr>) {
  graph.predict(%x: tensor<?x4xf32, #graph.csr>) {
    // CHECK: %[[H:.*]] = graph.linear %[[X]], %[[W]], %[[A]] : tensor<?x4xf32, #graph.csr>, tensor<4x3xf32>, tensor<3xf32>
    %h = graph.linear %x, %w, %a : tensor<?x4xf32, #graph.csr>, tensor<4x3xf32>, tensor<3xf32>
    // CHECK: %[[K:.*]] = graph.linear %[[H]], %[[U]], %[[B]]
    %k = graph.linear %h, %u, %b : tensor<?x3xf32>, tensor<3x3xf32>, tensor<3xf32>
    // CHECK: %[[Z:.*]] = graph.batch_norm %[[K]], %[[A]], %[[B]], %[[M]], %[[V]] : tensor<?x3xf32>
    %z = graph.batch_norm %k, %a, %b, %m, %v : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    %y = graph.linear %z, %u, %n : tensor<?x3xf32>, tensor<3x3xf32>, tensor<3xf32>
    // CHECK: graph.yield %{{.*}} : tensor<?x3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  // CHECK: graph.loss(%[[Y:.*]]: tensor<?x3xf32>, %[[T:.*]]: tensor<?xi32>) attributes {purpose = "fit"} {
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?xi32>) attributes {purpose = "fit"} {
    // CHECK: %[[L:.*]] = graph.cross_entropy %[[Y]], %[[T]] : tensor<?x3xf32>, tensor<?xi32>
    %l = graph.cross_entropy %y, %t : tensor<?x3xf32>, tensor<?xi32>
    // CHECK: graph.yield %[[L]] : tensor<f32>
    graph.yield %l : tensor<f32>
  }
  // CHECK: graph.train sgd(learning_rate = 0.1, momentum = 0, weight_decay = 0) batch(64) epochs(5) schedule(wsd, warmup = 0, final = 0) clip_norm(0.5) accumulate(4) l1(1.0e-04) ema(0.999)
  graph.train sgd(learning_rate = 0.1) batch(64) epochs(5) ema(0.999) accumulate(4) schedule(wsd) l1(0.0001) clip_norm(0.5)
}

// CHECK-LABEL: graph.program @private
graph.program @private {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  // CHECK: graph.train sgd({{.*}}) batch(5) epochs(1) schedule(linear, warmup = 0, final = 0) private(clip = 0.5)
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) private(clip = 0.5) schedule(linear)
}
