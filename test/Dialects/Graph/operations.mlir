// RUN: mlc-opt %s | mlc-opt | FileCheck %s
// RUN: mlc-opt %s --mlir-print-op-generic | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @linear
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[S:[a-z0-9]+]]: tensor<?x3xf32, #graph.csr>, %[[W:[a-z0-9]+]]: tensor<3x2xf32>, %[[B:[a-z0-9]+]]: tensor<2xf32>
func.func @linear(%x: tensor<?x3xf32>, %s: tensor<?x3xf32, #graph.csr>, %w: tensor<3x2xf32>, %b: tensor<2xf32>) {
  // CHECK: graph.linear %[[X]], %[[W]], %[[B]] : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
  %0 = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
  // CHECK: graph.linear %[[S]], %[[W]] : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>
  %1 = graph.linear %s, %w : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>
  // The result is dense, whatever the input is.
  // CHECK: graph.relu %{{.*}} : tensor<?x2xf32>
  %2 = graph.relu %1 : tensor<?x2xf32>
  return
}

// CHECK-LABEL: func.func @elementwise
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[Y:[a-z0-9]+]]: tensor<?x3xf32>, %[[N:[a-z0-9]+]]: tensor<f32>
func.func @elementwise(%x: tensor<?x3xf32>, %y: tensor<?x3xf32>, %n: tensor<f32>) {
  // CHECK: graph.relu %[[X]] : tensor<?x3xf32>
  %0 = graph.relu %x : tensor<?x3xf32>
  // CHECK: graph.leaky_relu %[[X]], 1.000000e-02 : tensor<?x3xf32>
  %1 = graph.leaky_relu %x, 0.01 : tensor<?x3xf32>
  // CHECK: graph.sigmoid %[[X]] : tensor<?x3xf32>
  %2 = graph.sigmoid %x : tensor<?x3xf32>
  // CHECK: graph.tanh %[[X]] : tensor<?x3xf32>
  %3 = graph.tanh %x : tensor<?x3xf32>
  // CHECK: graph.gelu %[[X]] : tensor<?x3xf32>
  %4 = graph.gelu %x : tensor<?x3xf32>
  // CHECK: graph.scale %[[N]], -2.500000e-01 {note = "kept"} : tensor<f32>
  %5 = graph.scale %n, -0.25 {note = "kept"} : tensor<f32>
  // CHECK: graph.add %[[X]], %[[Y]] : tensor<?x3xf32>, tensor<?x3xf32>
  %6 = graph.add %x, %y : tensor<?x3xf32>, tensor<?x3xf32>
  // CHECK: graph.sub %[[Y]], %[[X]] {note = "kept"} : tensor<?x3xf32>, tensor<?x3xf32>
  %7 = graph.sub %y, %x {note = "kept"} : tensor<?x3xf32>, tensor<?x3xf32>
  // CHECK: graph.mul %[[N]], %[[N]] : tensor<f32>, tensor<f32>
  %8 = graph.mul %n, %n : tensor<f32>, tensor<f32>
  return
}

// CHECK-LABEL: func.func @reshapes
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x6xf32>, %[[W:[a-z0-9]+]]: tensor<2x3x4x1xf32>
func.func @reshapes(%x: tensor<?x6xf32>, %w: tensor<2x3x4x1xf32>) {
  // CHECK: graph.reshape %[[X]] {note = "kept"} : tensor<?x6xf32> -> tensor<?x3x2xf32>
  %0 = graph.reshape %x {note = "kept"} : tensor<?x6xf32> -> tensor<?x3x2xf32>
  // CHECK: graph.reshape %[[W]] : tensor<2x3x4x1xf32> -> tensor<24xf32>
  %1 = graph.reshape %w : tensor<2x3x4x1xf32> -> tensor<24xf32>
  return
}

// Of more than two dimensions a row is along the last; a second one that is not
// known stays so.
// CHECK-LABEL: func.func @dimensions
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x4x3xf32>, %[[Z:[a-z0-9]+]]: tensor<?x?x3xf32, #graph.sizes<"steps" max 64>>, %[[W:[a-z0-9]+]]: tensor<3x2xf32>
func.func @dimensions(%x: tensor<?x4x3xf32>, %z: tensor<?x?x3xf32, #graph.sizes<"steps" max 64>>, %w: tensor<3x2xf32>) {
  // CHECK: graph.linear %[[X]], %[[W]] : tensor<?x4x3xf32>, tensor<3x2xf32>
  %0 = graph.linear %x, %w : tensor<?x4x3xf32>, tensor<3x2xf32>
  // CHECK: graph.average %{{.*}} : tensor<?x4x2xf32>
  %1 = graph.average %0 : tensor<?x4x2xf32>
  // CHECK: graph.linear %[[Z]], %[[W]] : tensor<?x?x3xf32, #graph.sizes<"steps" max 64>>, tensor<3x2xf32>
  %2 = graph.linear %z, %w : tensor<?x?x3xf32, #graph.sizes<"steps" max 64>>, tensor<3x2xf32>
  // CHECK: graph.average %{{.*}} : tensor<?x?x2xf32, #graph.sizes<"steps" max 64>>
  %3 = graph.average %2 : tensor<?x?x2xf32, #graph.sizes<"steps" max 64>>
  // CHECK: graph.add %{{.*}}, %{{.*}} : tensor<?x2xf32>, tensor<?x2xf32>
  %4 = graph.add %1, %3 : tensor<?x2xf32>, tensor<?x2xf32>
  return
}

// CHECK-LABEL: func.func @rows
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[SEED:[a-z0-9]+]]: i64, %[[POSITION:[a-z0-9]+]]: i64
func.func @rows(%x: tensor<?x3xf32>, %seed: i64, %position: i64) {
  // CHECK: graph.softmax %[[X]] : tensor<?x3xf32>
  %0 = graph.softmax %x : tensor<?x3xf32>
  // CHECK: graph.dropout %[[X]], 0.000000e+00 : tensor<?x3xf32>
  %1 = graph.dropout %x, 0.0 : tensor<?x3xf32>
  // CHECK: graph.dropout %[[X]], 5.000000e-01 key(%[[SEED]], %[[POSITION]]) {site = 2 : i64} : tensor<?x3xf32>
  %2 = graph.dropout %x, 0.5 key(%seed, %position) {site = 2 : i64} : tensor<?x3xf32>
  return
}

// CHECK-LABEL: func.func @columns
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x4x3xf32>, %[[S:[a-z0-9]+]]: tensor<3xf32>
func.func @columns(%x: tensor<?x4x3xf32>, %s: tensor<3xf32>) {
  // CHECK: graph.scale_columns %[[X]], %[[S]] : tensor<?x4x3xf32>, tensor<3xf32>
  %0 = graph.scale_columns %x, %s : tensor<?x4x3xf32>, tensor<3xf32>
  // CHECK: graph.layer_norm %[[X]], %[[S]], %[[S]] : tensor<?x4x3xf32>, tensor<3xf32>, tensor<3xf32>
  %1 = graph.layer_norm %x, %s, %s : tensor<?x4x3xf32>, tensor<3xf32>, tensor<3xf32>
  // CHECK: graph.layer_norm %[[X]], %[[S]], %[[S]] epsilon(1.000000e-03) : tensor<?x4x3xf32>, tensor<3xf32>, tensor<3xf32>
  %2 = graph.layer_norm %x, %s, %s epsilon(0.001) : tensor<?x4x3xf32>, tensor<3xf32>, tensor<3xf32>
  return
}

// CHECK-LABEL: func.func @batches
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[S:[a-z0-9]+]]: tensor<3xf32>, %[[M:[a-z0-9]+]]: tensor<3xf32>
func.func @batches(%x: tensor<?x3xf32>, %s: tensor<3xf32>, %m: tensor<3xf32>) {
  // CHECK: graph.batch_norm %[[X]], %[[S]], %[[S]], %[[M]], %[[M]] : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  %0 = graph.batch_norm %x, %s, %s, %m, %m : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  // CHECK: graph.batch_norm %[[X]], %[[S]], %[[S]], %[[M]], %[[M]] by_batch momentum(1.000000e-02) epsilon(1.000000e-03) : tensor<?x3xf32>
  %1 = graph.batch_norm %x, %s, %s, %m, %m by_batch momentum(0.01) epsilon(0.001) : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  return
}
