// Products survive printing and parsing, on tensors and on memrefs, and are
// bufferised in the memory that they are given.
// RUN: mlc-opt %s | mlc-opt | FileCheck %s
// RUN: mlc-opt %s --one-shot-bufferize="bufferize-function-boundaries" | FileCheck %s --check-prefix=BUFFERS

// CHECK-LABEL: @gradient
// CHECK: blas.gemm ins(%{{.*}}, %{{.*}}) outs(%{{.*}}, %{{.*}}) {transpose_left}
// BUFFERS-LABEL: @gradient
// BUFFERS-SAME: (%[[X:.*]]: memref<?x8xf32{{.*}}, %[[DY:.*]]: memref<?x4xf32{{.*}}, %[[DW:.*]]: memref<8x4xf32{{.*}}, %[[DB:.*]]: memref<4xf32
// BUFFERS-NOT: alloc
// BUFFERS: blas.gemm ins(%[[X]], %[[DY]]) outs(%[[DW]], %[[DB]]) {transpose_left}
// BUFFERS: return %[[DW]], %[[DB]]
func.func @gradient(%x: tensor<?x8xf32>, %dy: tensor<?x4xf32>, %dw: tensor<8x4xf32>, %db: tensor<4xf32>) -> (tensor<8x4xf32>, tensor<4xf32>) {
  %r:2 = blas.gemm ins(%x, %dy) outs(%dw, %db) {transpose_left}
    : (tensor<?x8xf32>, tensor<?x4xf32>, tensor<8x4xf32>, tensor<4xf32>) -> (tensor<8x4xf32>, tensor<4xf32>)
  return %r#0, %r#1 : tensor<8x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @buffers
// CHECK: blas.gemm ins(%{{.*}}, %{{.*}} mask %{{.*}}) outs(%{{.*}}) {transpose_right}
func.func @buffers(%dy: memref<?x4xf32>, %w: memref<9x4xf32>, %m: memref<?x16xi8>, %dx: memref<?x9xf32>) {
  blas.gemm ins(%dy, %w mask %m) outs(%dx) {transpose_right}
    : (memref<?x4xf32>, memref<9x4xf32>, memref<?x16xi8>, memref<?x9xf32>) -> ()
  return
}
