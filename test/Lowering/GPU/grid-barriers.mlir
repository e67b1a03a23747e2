// RUN: mlc-opt %s --pass-pipeline='builtin.module(gpu.module(mlc-grid-barriers))' | FileCheck %s

// One thread of a block tells that it has come and waits for the others of the
// grid, between two meetings of the block's threads.
// CHECK-LABEL: gpu.func @steps(
// CHECK-SAME: %[[COUNTER:.*]]: !llvm.ptr, %[[GOAL:.*]]: i64)
// CHECK-NOT: mlc_grid_barrier
// CHECK: llvm.store
// CHECK: gpu.barrier
// CHECK: %[[THREAD:.*]] = gpu.thread_id x
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[THREAD]], %{{.*}}
// CHECK: scf.if %[[FIRST]] {
// CHECK: llvm.fence syncscope("device") acq_rel
// CHECK: llvm.atomicrmw add %[[COUNTER]], %{{.*}} syncscope("device") monotonic
// CHECK: scf.while
// CHECK: %[[COUNT:.*]] = llvm.load %[[COUNTER]] atomic syncscope("device") acquire
// CHECK: %[[EARLY:.*]] = arith.cmpi ult, %[[COUNT]], %[[GOAL]]
// CHECK: scf.condition(%[[EARLY]])
// CHECK-NOT: llvm.fence
// CHECK: }
// CHECK: gpu.barrier
// CHECK: llvm.load
gpu.module @mlc_kernels {
  func.func private @mlc_grid_barrier(!llvm.ptr, i64)
  gpu.func @steps(%counter: !llvm.ptr, %goal: i64) kernel {
    llvm.store %goal, %counter : i64, !llvm.ptr
    func.call @mlc_grid_barrier(%counter, %goal) : (!llvm.ptr, i64) -> ()
    %x = llvm.load %counter : !llvm.ptr -> i64
    llvm.store %x, %counter : i64, !llvm.ptr
    gpu.return
  }
}
