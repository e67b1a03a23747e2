// Products stand among the launches, beside kernels of their level, with the
// numbers that the runtime needs to find their operands.
// RUN: mlc-opt %s --split-input-file --mlc-kernels --verify-diagnostics | FileCheck %s

// [rows, 3] * [3, 2] + bias, relu and its bits; then the gradient of the weight
// and the sums of the bias's. Sizes of 0 are the batch's rows. Slot 7 is the
// workspace, slot 36 the output, which has 8 bytes a row, 37 the first
// parameter; -1 is none.
// CHECK: gpu.module @mlc_kernels attributes {mlc.products = [
// CHECK-SAME: {fields = array<i64: 0, 2, 3, 4, 7, 0, 0, 37, 0, 0, 36, 0, 8, 38, 0, 0, 7, 768, 0, -1, 0, 0>, launch = 1 : i64, step = "train_step"}
// CHECK-SAME: {fields = array<i64: 3, 2, 0, 1, 7, 0, 0, 36, 0, 8, 7, 832, 0, -1, 0, 0, -1, 0, 0, 7, 896, 0>, launch = 2 : i64, step = "train_step"}
// CHECK-SAME: mlc.workspace = 1024 : i64
// Their names cannot be mistaken for those of code without a library, and no
// kernel runs many steps.
// CHECK: gpu.func @train_step_0_beside_library(
// CHECK-NOT: gpu.func @train_step
// CHECK: gpu.func @epoch_order_beside_library(
graph.program @line {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  %b = graph.parameter "b" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(64) epochs(1)
}
func.func private @train_step(%w: memref<3x2xf32> {mlc.role = #mlc.role<parameter>}, %b: memref<2xf32> {mlc.role = #mlc.role<parameter>},
                              %y: memref<?x2xf32> {mlc.role = #mlc.role<prediction>}, %bytes: memref<?xi8> {mlc.role = #mlc.role<workspace>},
                              %rows: memref<?xi32> {mlc.role = #mlc.role<rows>})
    attributes {mlc.batch = 64 : i64, mlc.workspace = array<i64: 1024, 0, 0>} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %size = memref.dim %rows, %c0 : memref<?xi32>
  %c768 = arith.constant 768 : index
  %c832 = arith.constant 832 : index
  %c896 = arith.constant 896 : index
  %x = memref.view %bytes[%c0][%size] : memref<?xi8> to memref<?x3xf32>
  %bits = memref.view %bytes[%c768][%size] : memref<?xi8> to memref<?x16xi8>
  %dw = memref.view %bytes[%c832][] : memref<?xi8> to memref<3x2xf32>
  %db = memref.view %bytes[%c896][] : memref<?xi8> to memref<2xf32>
  linalg.fill {mlc.level = 0 : i64} ins(%zero : f32) outs(%x : memref<?x3xf32>)
  blas.gemm ins(%x, %w bias %b) outs(%y, %bits) {mlc.level = 1 : i64, relu}
    : (memref<?x3xf32>, memref<3x2xf32>, memref<2xf32>, memref<?x2xf32>, memref<?x16xi8>) -> ()
  blas.gemm ins(%x, %y) outs(%dw, %db) {mlc.level = 2 : i64, transpose_left}
    : (memref<?x3xf32>, memref<?x2xf32>, memref<3x2xf32>, memref<2xf32>) -> ()
  return
}

// -----

graph.program @rows {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.matmul %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(64) epochs(1)
}
func.func private @train_step(%x: memref<?x3xf32> {mlc.role = #mlc.role<data>}, %w: memref<3x2xf32> {mlc.role = #mlc.role<parameter>},
                              %y: memref<?x2xf32> {mlc.role = #mlc.role<prediction>})
    attributes {mlc.batch = 64 : i64} {
  // expected-error@+1 {{expected operands that each lie in one piece of memory at a known place}}
  blas.gemm ins(%x, %w) outs(%y) {mlc.level = 0 : i64} : (memref<?x3xf32>, memref<3x2xf32>, memref<?x2xf32>) -> ()
  return
}
