// RUN: mlc-opt %s | mlc-opt | FileCheck %s
// RUN: mlc-opt %s --mlir-print-op-generic | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @gather
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x9xf32, #graph.csr>, %[[T:[a-z0-9]+]]: tensor<?xi32>, %[[ROWS:[a-z0-9]+]]: tensor<?xi32>
func.func @gather(%x: tensor<?x9xf32, #graph.csr>, %t: tensor<?xi32>, %rows: tensor<?xi32>)
    -> (tensor<?x9xf32, #graph.csr>, tensor<?xi32>) {
  // CHECK: graph.gather %[[X]], %[[ROWS]] : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %0 = graph.gather %x, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  // CHECK: graph.gather %[[T]], %[[ROWS]] : tensor<?xi32>, tensor<?xi32>
  %1 = graph.gather %t, %rows : tensor<?xi32>, tensor<?xi32>
  return %0, %1 : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
}

// CHECK-LABEL: func.func @products
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[S:[a-z0-9]+]]: tensor<?x3xf32, #graph.csr>, %[[W:[a-z0-9]+]]: tensor<3x2xf32>, %[[DY:[a-z0-9]+]]: tensor<?x2xf32>
func.func @products(%x: tensor<?x3xf32>, %s: tensor<?x3xf32, #graph.csr>, %w: tensor<3x2xf32>, %dy: tensor<?x2xf32>)
    -> (tensor<?x2xf32>, tensor<?x3xf32>, tensor<3x2xf32>, tensor<2x?xf32>) {
  // CHECK: graph.matmul %[[X]], %[[W]] : tensor<?x3xf32>, tensor<3x2xf32>
  %0 = graph.matmul %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
  // CHECK: graph.matmul %[[DY]], %[[W]] {transpose_rhs} : tensor<?x2xf32>, tensor<3x2xf32>
  %1 = graph.matmul %dy, %w {transpose_rhs} : tensor<?x2xf32>, tensor<3x2xf32>
  // CHECK: graph.matmul %[[S]], %[[DY]] {transpose_lhs} : tensor<?x3xf32, #graph.csr>, tensor<?x2xf32>
  %2 = graph.matmul %s, %dy {transpose_lhs} : tensor<?x3xf32, #graph.csr>, tensor<?x2xf32>
  // CHECK: graph.matmul %[[W]], %[[X]] {transpose_lhs, transpose_rhs} : tensor<3x2xf32>, tensor<?x3xf32>
  %3 = graph.matmul %w, %x {transpose_lhs, transpose_rhs} : tensor<3x2xf32>, tensor<?x3xf32>
  return %0, %1, %2, %3 : tensor<?x2xf32>, tensor<?x3xf32>, tensor<3x2xf32>, tensor<2x?xf32>
}

// CHECK-LABEL: func.func @sums
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[T:[a-z0-9]+]]: tensor<?xi32>
func.func @sums(%x: tensor<?x3xf32>, %t: tensor<?xi32>) -> (tensor<3xf32>, tensor<?x3xf32>, tensor<?x5xf32>) {
  // CHECK: graph.sum_squares %{{.*}} : tensor<4x3xf32>
  %s = tensor.empty() : tensor<4x3xf32>
  %q = graph.sum_squares %s : tensor<4x3xf32>
  // CHECK: graph.sum_batch %[[X]] : tensor<?x3xf32>
  %0 = graph.sum_batch %x : tensor<?x3xf32>
  // CHECK: graph.sum_row %[[X]] : tensor<?x3xf32>
  %1 = graph.sum_row %x : tensor<?x3xf32>
  // CHECK: graph.repeat_row %{{.*}} like %[[X]] : tensor<3xf32>, tensor<?x3xf32>
  %again = graph.repeat_row %0 like %x : tensor<3xf32>, tensor<?x3xf32>
  // CHECK: graph.one_hot %[[T]] : tensor<?xi32> -> tensor<?x5xf32>
  %2 = graph.one_hot %t : tensor<?xi32> -> tensor<?x5xf32>
  return %0, %1, %2 : tensor<3xf32>, tensor<?x3xf32>, tensor<?x5xf32>
}

// CHECK-LABEL: func.func @places
func.func @places(%x: tensor<?x4x3xf32>, %z: tensor<?x5x3xf32>) -> tensor<?x4x5xf32> {
  // CHECK: graph.dot_places %{{.*}}, %{{.*}} : tensor<?x4x3xf32>, tensor<?x5x3xf32>
  %y = graph.dot_places %x, %z : tensor<?x4x3xf32>, tensor<?x5x3xf32>
  return %y : tensor<?x4x5xf32>
}

// CHECK-LABEL: func.func @rows
func.func @rows(%x: tensor<?x3xf32>, %t: tensor<?xi32>) -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK: graph.log_sum_exp %{{.*}} : tensor<?x3xf32>
  %0 = graph.log_sum_exp %x : tensor<?x3xf32>
  // CHECK: graph.pick %{{.*}}, %{{.*}} : tensor<?x3xf32>, tensor<?xi32>
  %1 = graph.pick %x, %t : tensor<?x3xf32>, tensor<?xi32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @sampled
func.func @sampled(%x: tensor<?x9xf32, #graph.csr>, %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>) -> tensor<?x9xf32, #graph.csr> {
  // CHECK: graph.sampled_matmul %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  %y = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  return %y : tensor<?x9xf32, #graph.csr>
}
