// RUN: mlc-opt %s --pass-pipeline='builtin.module(mlc-chip-memory{required})' --verify-diagnostics
// RUN: mlc-opt %s --pass-pipeline='builtin.module(mlc-chip-memory)' | FileCheck %s

// Too large for one block: without `required`, other kernels do it.
// CHECK-NOT: func.func
// expected-error@below {{expected a step that can keep its shards on a GPU's chip, but a block needs 400000 bytes of 166912; use --gpu-steps auto}}
func.func private @train_step(%w: memref<100000xf32> {mlc.role = #mlc.role<parameter>},
    %workers: index {mlc.role = #mlc.role<workers>}, %worker: index {mlc.role = #mlc.role<worker>})
    attributes {mlc.batch = 5 : i64, mlc.shard_rule = array<i64: 4, 1, 16>} {
  %one = arith.constant 1.0 : f32
  linalg.fill {mlc.leader} ins(%one : f32) outs(%w : memref<100000xf32>)
  return
}
