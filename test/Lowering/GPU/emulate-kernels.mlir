// RUN: mlc-opt %s --mlc-emulate-kernels --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-DAG: func.func private @mlc_emulated_thread() -> i64
// CHECK-DAG: func.func private @mlc_emulated_block() -> i64
// CHECK-DAG: func.func private @mlc_emulated_shuffle(i32, i32) -> i32
// CHECK-NOT: gpu.
// CHECK-LABEL: func.func @half(
gpu.module @mlc_kernels {
  gpu.func @half(%slots: !llvm.ptr, %number: i64) kernel {
    // CHECK: %[[T:.*]] = call @mlc_emulated_thread()
    // CHECK: arith.index_cast %[[T]] : i64 to index
    // CHECK: call @mlc_emulated_block()
    %thread = gpu.thread_id x
    %block = gpu.block_id x
    %place = arith.addi %thread, %block : index
    %integer = arith.index_cast %place : index to i64
    %x = arith.uitofp %integer : i64 to f32
    %one = arith.constant 1 : i32
    %warp = arith.constant 32 : i32
    // CHECK: %[[BITS:.*]] = arith.bitcast %{{.*}} : f32 to i32
    // CHECK: %[[OTHER:.*]] = call @mlc_emulated_shuffle(%[[BITS]], %{{.*}})
    // CHECK: arith.bitcast %[[OTHER]] : i32 to f32
    %other, %valid = gpu.shuffle xor %x, %one, %warp : f32
    llvm.store %other, %slots : f32, !llvm.ptr
    // CHECK: return
    gpu.return
  }
}

// -----

// Threads that get nothing from one another.
// CHECK-LABEL: func.func @zero_alone(
gpu.module @mlc_kernels {
  gpu.func @zero(%slots: !llvm.ptr, %number: i64) kernel {
    llvm.store %number, %slots : i64, !llvm.ptr
    gpu.return
  }
}

// -----

// CHECK-LABEL: func.func @together(
gpu.module @mlc_kernels {
  func.func private @mlc_grid_barrier(!llvm.ptr, i64)
  gpu.func @together(%slots: !llvm.ptr, %number: i64) kernel {
    // CHECK: call @mlc_emulated_blocks()
    %blocks = gpu.grid_dim x
    %count = arith.index_cast %blocks : index to i64
    // CHECK: call @mlc_emulated_barrier() : () -> ()
    func.call @mlc_grid_barrier(%slots, %count) : (!llvm.ptr, i64) -> ()
    llvm.store %count, %slots : i64, !llvm.ptr
    gpu.return
  }
}

// -----

// CHECK-LABEL: func.func @block(
gpu.module @mlc_kernels {
  func.func private @mlc_shared_memory() -> !llvm.ptr
  gpu.func @block(%slots: !llvm.ptr, %number: i64) kernel {
    // CHECK: %[[SHARED:.*]] = call @mlc_emulated_shared() : () -> !llvm.ptr
    %shared = func.call @mlc_shared_memory() : () -> !llvm.ptr
    llvm.store %number, %shared : i64, !llvm.ptr
    // CHECK: llvm.store %{{.*}}, %[[SHARED]]
    // CHECK-NEXT: call @mlc_emulated_block_barrier() : () -> ()
    gpu.barrier
    gpu.return
  }
}

// -----

// CHECK-LABEL: func.func @words(
gpu.module @mlc_kernels {
  func.func private @mlc_publish(!llvm.ptr, f32, i32)
  func.func private @mlc_await(!llvm.ptr, i32) -> f32
  gpu.func @words(%slots: !llvm.ptr, %number: i64) kernel {
    %step = arith.trunci %number : i64 to i32
    %one = arith.constant 1.0 : f32
    // CHECK: call @mlc_emulated_publish(%{{.*}}, %{{.*}}, %{{.*}}) : (!llvm.ptr, f32, i32) -> ()
    func.call @mlc_publish(%slots, %one, %step) : (!llvm.ptr, f32, i32) -> ()
    // CHECK: call @mlc_emulated_await(%{{.*}}, %{{.*}}) : (!llvm.ptr, i32) -> f32
    %value = func.call @mlc_await(%slots, %step) : (!llvm.ptr, i32) -> f32
    llvm.store %value, %slots : f32, !llvm.ptr
    gpu.return
  }
}

// -----

gpu.module @mlc_kernels {
  gpu.func @wait(%slots: !llvm.ptr, %number: i64) kernel {
    // expected-error@+1 {{expected an op that can be emulated}}
    %lane = gpu.lane_id
    gpu.return
  }
}

// -----

gpu.module @mlc_kernels {
  gpu.func @shift(%slots: !llvm.ptr, %number: i64) kernel {
    %one = arith.constant 1 : i32
    %warp = arith.constant 32 : i32
    // expected-error@+1 {{expected an exchange of 32 bits by xor}}
    %other, %valid = gpu.shuffle up %one, %one, %warp : i32
    gpu.return
  }
}
