// RUN: mlc-opt %s | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @step(
// CHECK-SAME: attributes {mlc.batch = 8 : i64, mlc.independent, mlc.shard_rule = array<i64: 8, 16, 32>}
// CHECK: memref.alloc() {mlc.memory = #mlc.memory<private>}
// CHECK: memref.alloc() {mlc.memory = #mlc.memory<double_buffered>}
// CHECK: {mlc.shards = #mlc.shards<4 x 16>}
// CHECK: {mlc.shards = #mlc.shards<3 x 32>}
// CHECK: {mlc.shards = #mlc.shards<5 x 16, ranks = 3>}
// CHECK: {mlc.shards = #mlc.shards<4 x 16>}
func.func @step(%x: memref<64xf32> {mlc.role = #mlc.role<data>}, %n: index {mlc.role = #mlc.role<workers>})
    attributes {mlc.batch = 8 : i64, mlc.independent, mlc.shard_rule = array<i64: 8, 16, 32>} {
  %a = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<4xf32>
  %b = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<4xf32>
  scf.forall (%i) = (0) to (64) step (16) {
  } {mlc.shards = #mlc.shards<4 x 16>}
  // The last shard is smaller, and the iterations are those of a worker.
  scf.forall (%i) = (0) to (70) step (%n) {
  } {mlc.shards = #mlc.shards<3 x 32>}
  // Two shards of the first rank, two of the second, one of the third.
  scf.forall (%i) = (0) to (80) step (16) {
  } {mlc.shards = #mlc.shards<5 x 16, ranks = 3>}
  scf.forall (%i) = (0) to (64) step (16) {
  } {mlc.shards = #mlc.shards<4 x 16, ranks = 1>}
  return
}

// CHECK-LABEL: func.func @splits(
// CHECK: linalg.fill {mlc.fused, mlc.split = #mlc.split<units 1, <8 x 16>>}
// CHECK: linalg.matmul {mlc.split = #mlc.split<library 1, <8 x 16>>}
// CHECK: linalg.matmul {mlc.split = #mlc.split<terms 2, <2 x 32>>}
// CHECK: linalg.matmul {mlc.split = #mlc.split<rows 0>}
func.func @splits(%x: tensor<?x64xf32>, %w: tensor<64x128xf32>, %e: tensor<?x128xf32>, %c: f32) -> tensor<?x128xf32> {
  %a = linalg.fill {mlc.fused, mlc.split = #mlc.split<units 1, <8 x 16>>} ins(%c : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %b = linalg.matmul {mlc.split = #mlc.split<library 1, <8 x 16>>} ins(%x, %w : tensor<?x64xf32>, tensor<64x128xf32>) outs(%a : tensor<?x128xf32>) -> tensor<?x128xf32>
  %d = linalg.matmul {mlc.split = #mlc.split<terms 2, <2 x 32>>} ins(%x, %w : tensor<?x64xf32>, tensor<64x128xf32>) outs(%b : tensor<?x128xf32>) -> tensor<?x128xf32>
  %f = linalg.matmul {mlc.split = #mlc.split<rows 0>} ins(%x, %w : tensor<?x64xf32>, tensor<64x128xf32>) outs(%d : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %f : tensor<?x128xf32>
}

// CHECK-LABEL: func.func @tiles(
// CHECK: linalg.fill {mlc.tile = #mlc.tile<8x32>}
// CHECK: linalg.fill {mlc.tile = #mlc.tile<1x16, masked>}
// CHECK: linalg.fill {mlc.tile = #mlc.tile<1x4>}
func.func @tiles(%x: tensor<8x32xf32>, %y: tensor<1x?xf32>, %z: tensor<4xf32>, %c: f32)
    -> (tensor<8x32xf32>, tensor<1x?xf32>, tensor<4xf32>) {
  %a = linalg.fill {mlc.tile = #mlc.tile<8x32>} ins(%c : f32) outs(%x : tensor<8x32xf32>) -> tensor<8x32xf32>
  %b = linalg.fill {mlc.tile = #mlc.tile<1x16, masked>} ins(%c : f32) outs(%y : tensor<1x?xf32>) -> tensor<1x?xf32>
  %d = linalg.fill {mlc.tile = #mlc.tile<1x4>} ins(%c : f32) outs(%z : tensor<4xf32>) -> tensor<4xf32>
  return %a, %b, %d : tensor<8x32xf32>, tensor<1x?xf32>, tensor<4xf32>
}
