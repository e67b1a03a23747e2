//===- GpuKernelPasses.td - From loops to kernels ----------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_GPUKERNELPASSES_TD
#define MLC_GPUKERNELPASSES_TD

include "mlir/Pass/PassBase.td"

def LaunchLevels : Pass<"mlc-launch-levels", "::mlir::func::FuncOp"> {
  let summary = "which ops of a step need no result of one another";
  let description = [{
    Assumes: a step on memrefs, whose buffers are allocations still.

    Gives each op that writes memory the attribute `mlc.level`, from 0: one more
    than the highest level of the ops before it that touch the same memory, if one
    of both writes. Ops of one level are launched as one kernel.

    Guarantees: ops of one level do not need one another's results, and write
    nothing that another one touches.

    Before:

    ```mlir
    func.func @step(%x: memref<8xf32>, %y: memref<8xf32>, %z: memref<8xf32>) {
      linalg.exp ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
      linalg.log ins(%x : memref<8xf32>) outs(%z : memref<8xf32>)
      linalg.add ins(%y, %z : memref<8xf32>, memref<8xf32>) outs(%x : memref<8xf32>)
      return
    }
    ```

    After:

    ```mlir
    func.func @step(%x: memref<8xf32>, %y: memref<8xf32>, %z: memref<8xf32>) {
      linalg.exp {mlc.level = 0 : i64} ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
      linalg.log {mlc.level = 0 : i64} ins(%x : memref<8xf32>) outs(%z : memref<8xf32>)
      linalg.add {mlc.level = 1 : i64} ins(%y, %z : memref<8xf32>, memref<8xf32>) outs(%x : memref<8xf32>)
      return
    }
    ```
  }];
}

def Kernels : Pass<"mlc-kernels", "::mlir::ModuleOp"> {
  let summary = "steps as kernels of a gpu.module";
  let description = [{
    Assumes: steps on memrefs after `mlc-launch-levels` and
    `mlc-plan-workspace`, and the `graph.program`.

    For each level of each step, a kernel whose blocks are dealt out to the ops
    of the level. A thread computes an element; where these are few, a team of
    threads within a warp runs through the terms of a sum and adds the partial
    sums by a fixed tree of shuffles. Where many ops of a step do the same with
    other buffers, as equal layers do, their work is a function that kernels
    call. A kernel gets the slots of
    include/mlc/RuntimeABI.def (MlcDeviceCall) and the number of the batch after
    those that are done, and finds the step's arguments there.

    With `gpu-steps` = kernel, or where the model is small, one more kernel runs
    many training steps: all levels in turn, between which its blocks wait for
    one another (`mlc_grid_barrier`, which `mlc-grid-barriers` lowers). Where
    there is a step of `mlc-chip-step`, it becomes one that runs many steps with
    a block as a worker.

    Guarantees: no step is left; kernels have known sizes of grid and block and
    stand in the order in which they are launched.
  }];
  let options = [
    Option<"gpuSteps", "gpu-steps", "::mlc::GpuSteps", "::mlc::GpuSteps::Auto",
           "how training steps are launched", [{::mlc::gpuStepsValues()}]>,
  ];
  let dependentDialects = [
    "::mlir::gpu::GPUDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

def KeepIntrinsics : Pass<"mlc-keep-intrinsics", "::mlir::gpu::GPUModuleOp"> {
  let summary = "square roots and the like as instructions, not as calls";
  let description = [{
    Assumes: kernels in LLVM's dialect but for what upstream's conversion to NVVM
    does.

    That conversion has square roots and the like call libdevice, which only a
    CUDA toolkit has, although PTX has instructions for them. As calls of LLVM's
    intrinsics it leaves them alone.

    Guarantees: kernels need no library of a toolkit.

    Before:

    ```mlir
    gpu.module @kernels {
      llvm.func @root(%x: f32) -> f32 {
        %y = llvm.intr.sqrt(%x) : (f32) -> f32
        llvm.return %y : f32
      }
    }
    ```

    After:

    ```mlir
    gpu.module @kernels {
      llvm.func @root(%x: f32) -> f32 {
        %y = llvm.call_intrinsic "llvm.sqrt.f32"(%x) : (f32) -> f32
        llvm.return %y : f32
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def GridBarriers : Pass<"mlc-grid-barriers", "::mlir::gpu::GPUModuleOp"> {
  let summary = "blocks of a grid wait for one another";
  let description = [{
    Assumes: all blocks of kernels that call `mlc_grid_barrier` run at the same time
    (a cooperative launch).

    A call becomes: the block's threads wait for one another; one of them adds 1 to
    the counter and reads it until it is what the call says; they wait for one
    another again. Calls of `mlc_shared_memory` become the address of a block's
    shared memory, whose size is known at launch. `mlc_publish` becomes one store of
    8 bytes, value and step's number, and `mlc_await` loads of them until the number
    is the wanted one: relaxed, since nothing else is ordered by them.

    Guarantees: what any block wrote before a barrier is visible to all after it, by
    a fence before the addition and a load that acquires.

    Before (`mlc_grid_barrier` in a kernel):

    ```
    func.call @mlc_grid_barrier(%counter, %goal) : (!llvm.ptr, i64) -> ()
    ```

    After:

    ```
    gpu.barrier
    scf.if (thread 0) {
      llvm.fence syncscope("device") acq_rel
      llvm.atomicrmw add %counter, 1 syncscope("device") monotonic
      scf.while (llvm.load %counter atomic syncscope("device") acquire < %goal)
    }
    gpu.barrier
    ```
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect",
    "::mlir::arith::ArithDialect"
  ];
}

def EmulateKernels : Pass<"mlc-emulate-kernels", "::mlir::ModuleOp"> {
  let summary = "kernels as functions for a CPU that does what a GPU does";
  let description = [{
    Assumes: the module of `mlc-kernels`.

    Each kernel becomes a function for a CPU. What a GPU's thread knows of itself or
    gets from its warp comes from functions `mlc_emulated_*` that the emulator has
    (test/device).

    Guarantees: no op of the gpu dialect is left.

    Before:

    ```
    gpu.func @train_step_0(%slots: !llvm.ptr, %number: i64) kernel { %thread = gpu.thread_id x ... }
    ```

    After:

    ```
    func.func @train_step_0(%slots: !llvm.ptr, %number: i64) { %thread = call @mlc_emulated_thread() ... }
    ```
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect"
  ];
}

#endif // MLC_GPUKERNELPASSES_TD
