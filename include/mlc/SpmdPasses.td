//===- SpmdPasses.td - Passes of the stage spmd ------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_SPMDPASSES_TD
#define MLC_SPMDPASSES_TD

include "mlir/Pass/PassBase.td"

def PlaceBarriers : Pass<"mlc-place-barriers", "::mlir::ModuleOp"> {
  let summary = "which worker does what, and where data crosses workers";
  let description = [{
    Assumes: `scf.forall` on memrefs, one after another and not nested, each with
    its `mlc.shards`, or over rows of the batch; a training step is called again and
    again; a slice whose offset follows from a forall's variable belongs to that
    iteration's worker.

    Adds the argument `worker`, and `rank` where there is `ranks`, and says for each
    op outside of foralls who does it:

    | it writes | it is done by |
    |---|---|
    | memory of the step that no forall writes and that a forall reads, directly or through other such ops | each worker for itself, in private memory (`#mlc.memory<private>`) |
    | other memory | the leader, worker 0 (`mlc.leader`) |
    | nothing, and only the leader uses its results | the leader |
    | nothing else | each worker |

    The leader also does what needs fewer exchanges if it does it. Memory that is
    allocated in a forall is private and taken out of it. Memory of the step through
    which data crosses workers is double-buffered (`#mlc.memory<double_buffered>`):
    odd and even steps use different copies.

    A `spmd.exchange`, which no worker passes before all have reached it, is placed
    between two accesses to the same memory by different workers, one of which
    writes, in one step or from one step to the next. (A write and a read of
    double-buffered memory one step apart are no such pair.) It names the buffers
    and what happens to them. A function with `mlc.independent` gets none, and all
    its memory is private.

    Guarantees: workers pass the same exchanges equally often, and between two of
    them no worker writes what another one touches.

    Before:

    ```mlir
    func.func @step(%x: memref<64xf32> {mlc.role = #mlc.role<data>}, %w: memref<64xf32> {mlc.role = #mlc.role<parameter>},
                    %workers: index {mlc.role = #mlc.role<workers>}) {
      %a = memref.alloc() : memref<64xf32>
      scf.forall (%i) = (0) to (64) step (16) {
        %xs = memref.subview %x[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        %as = memref.subview %a[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        linalg.exp ins(%xs : memref<16xf32, strided<[1], offset: ?>>) outs(%as : memref<16xf32, strided<[1], offset: ?>>)
      } {mlc.shards = #mlc.shards<4 x 16>}
      scf.forall (%i) = (0) to (64) step (16) {
        %first = memref.subview %a[0] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1]>>
        %ws = memref.subview %w[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        linalg.exp ins(%first : memref<16xf32, strided<[1]>>) outs(%ws : memref<16xf32, strided<[1], offset: ?>>)
      } {mlc.shards = #mlc.shards<4 x 16>}
      return
    }
    ```

    After: all iterations of the second forall read what the first iteration of the
    first one wrote.

    ```mlir
    func.func @step(%x: memref<64xf32> {mlc.role = #mlc.role<data>}, %w: memref<64xf32> {mlc.role = #mlc.role<parameter>},
                    %workers: index {mlc.role = #mlc.role<workers>}, %worker: index {mlc.role = #mlc.role<worker>}) {
      %a = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<64xf32>
      scf.forall (%i) = (0) to (64) step (16) {
        %xs = memref.subview %x[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        %as = memref.subview %a[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        linalg.exp ins(%xs : memref<16xf32, strided<[1], offset: ?>>) outs(%as : memref<16xf32, strided<[1], offset: ?>>)
      } {mlc.shards = #mlc.shards<4 x 16>}
      spmd.exchange gather %a : memref<64xf32>
      scf.forall (%i) = (0) to (64) step (16) {
        %first = memref.subview %a[0] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1]>>
        %ws = memref.subview %w[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        linalg.exp ins(%first : memref<16xf32, strided<[1]>>) outs(%ws : memref<16xf32, strided<[1], offset: ?>>)
      } {mlc.shards = #mlc.shards<4 x 16>}
      return
    }
    ```
  }];
  let dependentDialects = ["::mlc::MlcDialect", "::mlc::spmd::SpmdDialect"];
}

def PackParts : Pass<"mlc-pack-parts", "::mlir::func::FuncOp"> {
  let summary = "a worker's columns of a matrix as one contiguous part";
  let description = [{
    Assumes: a function after `mlc-place-barriers`.

    A matrix of which every forall touches only the columns of its worker's shards
    is laid out part by part: columns that lie side by side in a row would share
    the cache lines that hardware fetches ahead, and workers would take them from
    one another all the time. A buffer of the step is laid out so from the start. A
    parameter or state of at most 4 MiB is kept so in memory of the step: copied
    there where a call of the program begins (argument `call_begins`), and back
    where it ends (`call_ends`).

    Guarantees: a part lies at the same place in every step, since other workers
    may still be at the step before.

    Before, in a forall over 64 columns of a matrix of at most 5 rows:

    ```
    %part = memref.subview %a[0, %from] [%n, %columns] [1, 1] : memref<?x64xf32> to memref<?x?xf32, strided<[64, 1], offset: ?>>
    ```

    After:

    ```
    %begin = %from * 5
    %part = memref.reinterpret_cast %a to offset: [%begin], sizes: [%n, %columns], strides: [%columns, 1]
    ```
  }];
  let dependentDialects = [
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
    "::mlir::affine::AffineDialect", "::mlir::scf::SCFDialect"
  ];
}

def PlanWorkspace : Pass<"mlc-plan-workspace", "::mlir::func::FuncOp"> {
  let summary = "every buffer as a view of one workspace";
  let description = [{
    Assumes: bufferised functions whose allocations stand in the function's own
    block, and whose dynamic sizes have a bound (lib/Support/Bounds.h) or are the
    room for the batch's non-zeros.

    Adds the argument `workspace`. Each `memref.alloc` becomes a view of it, at a
    64-byte boundary. First come the buffers that workers share, none of which
    overlap, since workers are at different ops at the same time; a double-buffered
    one (`mlc.memory`) has two places, of which the step's number chooses one. Then
    comes a part for each worker with its own buffers (`private`), which share bytes
    where they are never needed at the same time.

    Guarantees: no allocation is left, or there is an error at one that is. The
    attribute `mlc.workspace` has the bytes: shared, of each worker, and of each
    worker for each non-zero.

    Before:

    ```mlir
    func.func @step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %number: i64 {mlc.role = #mlc.role<step>},
                    %worker: index {mlc.role = #mlc.role<worker>}) attributes {mlc.batch = 8 : i64} {
      %c0 = arith.constant 0 : index
      %zero = arith.constant 0.0 : f32
      %n = memref.dim %rows, %c0 : memref<?xi32>
      %shared = memref.alloc(%n) {mlc.memory = #mlc.memory<double_buffered>} : memref<?x4xf32>
      %private = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<3xf32>
      linalg.fill ins(%zero : f32) outs(%shared : memref<?x4xf32>)
      linalg.fill ins(%zero : f32) outs(%private : memref<3xf32>)
      return
    }
    ```

    After, with `canonicalize`: 2 x 128 shared bytes, and 64 of each worker.

    ```mlir
    func.func @step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %number: i64 {mlc.role = #mlc.role<step>},
                    %worker: index {mlc.role = #mlc.role<worker>}, %workspace: memref<?xi8> {mlc.role = #mlc.role<workspace>})
        attributes {mlc.batch = 8 : i64, mlc.workspace = array<i64: 256, 64, 0>} {
      %c128 = arith.constant 128 : index
      %c1 = arith.constant 1 : index
      %zero = arith.constant 0.0 : f32
      %c0 = arith.constant 0 : index
      %c256 = arith.constant 256 : index
      %c64 = arith.constant 64 : index
      %before = arith.muli %worker, %c64 : index
      %base = arith.addi %before, %c256 : index
      %n = memref.dim %rows, %c0 : memref<?xi32>
      %step = arith.index_cast %number : i64 to index
      %odd = arith.andi %step, %c1 : index
      %offset = arith.muli %odd, %c128 : index
      %shared = memref.view %workspace[%offset][%n] : memref<?xi8> to memref<?x4xf32>
      %private = memref.view %workspace[%base][] : memref<?xi8> to memref<3xf32>
      linalg.fill ins(%zero : f32) outs(%shared : memref<?x4xf32>)
      linalg.fill ins(%zero : f32) outs(%private : memref<3xf32>)
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect"
  ];
}

def SpmdWorkers : Pass<"mlc-spmd-workers", "::mlir::func::FuncOp"> {
  let summary = "one program that every worker runs";
  let description = [{
    Assumes: a function after `mlc-place-barriers`.

    Of a forall's n iterations, a worker runs ceil(n / workers), one after another.
    What has the attribute `mlc.leader` is done by worker 0 alone, and all else by
    every worker.

    Where there is `ranks`, a rank has ceil(G / ranks) of the G groups of a forall's
    shards (`mlc.shards`), one after another, and its workers have these shards in
    the same way; rows of the batch are distributed among the workers of all ranks.
    The leader is worker 0 of rank 0.

    Guarantees: no forall is left, or there is an error at one that is.

    Before:

    ```mlir
    func.func @step(%w: memref<64xf32>, %loss: memref<f32>, %x: f32,
                    %workers: index {mlc.role = #mlc.role<workers>}, %worker: index {mlc.role = #mlc.role<worker>}) {
      scf.forall (%i) = (0) to (64) step (16) {
        memref.store %x, %w[%i] : memref<64xf32>
      }
      memref.store %x, %loss[] {mlc.leader} : memref<f32>
      return
    }
    ```

    After, with `canonicalize` and `cse`:

    ```mlir
    func.func @step(%w: memref<64xf32>, %loss: memref<f32>, %x: f32,
                    %workers: index {mlc.role = #mlc.role<workers>}, %worker: index {mlc.role = #mlc.role<worker>}) {
      %c0 = arith.constant 0 : index
      %c16 = arith.constant 16 : index
      %c1 = arith.constant 1 : index
      %c4 = arith.constant 4 : index
      %share = arith.ceildivui %c4, %workers : index
      %begin = arith.muli %worker, %share : index
      %after = arith.addi %begin, %share : index
      %end = arith.minui %after, %c4 : index
      scf.for %n = %begin to %end step %c1 {
        %i = arith.muli %n, %c16 : index
        memref.store %x, %w[%i] : memref<64xf32>
      }
      %isLeader = arith.cmpi eq, %worker, %c0 : index
      scf.if %isLeader {
        memref.store %x, %loss[] : memref<f32>
      }
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect"
  ];
}

def ExchangeToBarrier : Pass<"mlc-exchange-to-barrier", "::mlir::ModuleOp"> {
  let summary = "workers that share memory wait for one another";
  let description = [{
    Assumes: functions after `mlc-spmd-workers`, whose workers share their memory.

    A step with a `spmd.exchange` gets an argument for the runtime's barrier, and
    each exchange becomes a call of it: what a worker wrote before is visible to all
    after it, so that nothing is copied.

    Guarantees: no `spmd.exchange` is left.

    Before:

    ```
    spmd.exchange gather %a : memref<64xf32>
    ```

    After:

    ```
    %number = arith.index_cast %worker : index to i64
    call @mlc_barrier(%barrier, %number) : (!llvm.ptr, i64) -> ()
    ```
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect"
  ];
}

def ProfileStep : Pass<"mlc-profile-step", "::mlir::ModuleOp"> {
  let summary = "a copy of the training step that tells where its time goes";
  let description = [{
    Assumes: functions after `mlc-spmd-workers`; the training step has the attribute
    `mlc.work` of `mlc-note-work`.

    Adds the function `profiled_train_step`: the training step with a call of
    `mlc_profile` after each of its outermost loops, branches and barriers. Regions
    of the same names are one. The new function's attribute `mlc.work` has the work
    of each region: that of the computations whose numbers it is the first to hold.

    Guarantees: the training step itself stays as it is, without its `mlc.work`.

    Before:

    ```
    scf.for ... { ... }                                     loc(fused<2 : i64>[...])
    call @mlc_barrier(%barrier, %number)
    ```

    After, in `profiled_train_step`:

    ```
    scf.for ... { ... }
    call @mlc_profile(%profile, %number, %region)           // the region "%h", say
    call @mlc_barrier(%barrier, %number)
    call @mlc_profile(%profile, %number, %waiting)          // "waiting for other workers"
    ```
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect"
  ];
}

#endif // MLC_SPMDPASSES_TD
