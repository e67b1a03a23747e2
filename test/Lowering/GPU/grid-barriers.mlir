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

// A word is one store, and one load again and again until it is of the step: no
// fence, no barrier, nothing else is ordered.
// CHECK-LABEL: gpu.func @words(
// CHECK-SAME: %[[ADDRESS:.*]]: !llvm.ptr, %{{.*}}: i64)
// CHECK-NOT: fence
// CHECK-NOT: gpu.barrier
// CHECK: %[[BITS:.*]] = arith.bitcast %{{.*}} : f32 to i32
// CHECK: %[[NUMBER:.*]] = arith.extui %{{.*}} : i32 to i64
// CHECK: %[[ABOVE:.*]] = arith.shli %[[NUMBER]], %{{.*}} : i64
// CHECK: %[[BELOW:.*]] = arith.extui %[[BITS]] : i32 to i64
// CHECK: %[[WORD:.*]] = arith.ori %[[ABOVE]], %[[BELOW]] : i64
// CHECK: llvm.store %[[WORD]], %{{.*}} atomic syncscope("device") monotonic {alignment = 8 : i64} : i64, !llvm.ptr<1>
// CHECK: scf.while
// CHECK: %[[READ:.*]] = llvm.load %{{.*}} atomic syncscope("device") monotonic {alignment = 8 : i64} : !llvm.ptr<1> -> i64
// CHECK: %[[SHIFTED:.*]] = arith.shrui %[[READ]], %{{.*}} : i64
// CHECK: %[[STEP:.*]] = arith.trunci %[[SHIFTED]] : i64 to i32
// CHECK: %[[OTHER:.*]] = arith.cmpi ne, %[[STEP]], %{{.*}} : i32
// CHECK: %[[VALUE:.*]] = arith.trunci %[[READ]] : i64 to i32
// CHECK: scf.condition(%[[OTHER]]) %[[VALUE]]
// CHECK: arith.bitcast %{{.*}} : i32 to f32
// CHECK-NOT: fence
// CHECK-NOT: gpu.barrier
// CHECK: gpu.return
gpu.module @words_of_kernels {
  func.func private @mlc_publish(!llvm.ptr, f32, i32)
  func.func private @mlc_await(!llvm.ptr, i32) -> f32
  gpu.func @words(%address: !llvm.ptr, %number: i64) kernel {
    %step = arith.trunci %number : i64 to i32
    %one = arith.constant 1.0 : f32
    func.call @mlc_publish(%address, %one, %step) : (!llvm.ptr, f32, i32) -> ()
    %value = func.call @mlc_await(%address, %step) : (!llvm.ptr, i32) -> f32
    llvm.store %value, %address : f32, !llvm.ptr
    gpu.return
  }
}
