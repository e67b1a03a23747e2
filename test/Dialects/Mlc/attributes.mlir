// RUN: mlc-opt %s | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @step(
// CHECK-SAME: attributes {mlc.batch = 8 : i64, mlc.independent, mlc.shard_rule = array<i64: 8, 16, 32>}
// CHECK: memref.alloc() {mlc.memory = #mlc.memory<private>}
// CHECK: memref.alloc() {mlc.memory = #mlc.memory<double_buffered>}
// CHECK: {mlc.shards = #mlc.shards<4 x 16>}
// CHECK: {mlc.shards = #mlc.shards<3 x 32>}
func.func @step(%x: memref<64xf32> {mlc.role = "data"}, %n: index {mlc.role = "workers"})
    attributes {mlc.batch = 8 : i64, mlc.independent, mlc.shard_rule = array<i64: 8, 16, 32>} {
  %a = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<4xf32>
  %b = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<4xf32>
  scf.forall (%i) = (0) to (64) step (16) {
  } {mlc.shards = #mlc.shards<4 x 16>}
  // The last shard is smaller, and the iterations are those of a worker.
  scf.forall (%i) = (0) to (70) step (%n) {
  } {mlc.shards = #mlc.shards<3 x 32>}
  return
}
