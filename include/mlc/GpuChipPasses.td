//===- GpuChipPasses.td - Blocks that keep their shards ----*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_GPUCHIPPASSES_TD
#define MLC_GPUCHIPPASSES_TD

include "mlir/Pass/PassBase.td"

def ChipStep : Pass<"mlc-chip-step", "::mlir::ModuleOp"> {
  let summary = "a copy of the training step, to be split over thread blocks";
  let description = [{
    Assumes: steps on tensors after the stage linalg.

    Puts a copy of the training step into a module of its own, `@mlc_chip`. The copy
    goes the way of a CPU's step (`mlc-plan-splits`, `mlc-place-barriers`) with
    thread blocks as workers, and becomes the kernel whose blocks keep their shards
    of parameters and states in shared memory. The attribute `mlc.shard_rule` has its
    rule of shards: at most 128, of 1 unit or more, of dimensions from 16 on.

    A step with `csr.update_rows` (a lazy optimiser's) is not copied. With
    `required`, that is an error. Nor is a step of more than 60 ops, unless it is
    `required`: LLVM takes minutes for one kernel of so many.

    Guarantees: the steps themselves stay as they are.

    Before:

    ```mlir
    func.func private @train_step(%x: tensor<8xf32> {mlc.role = #mlc.role<data>}) -> (tensor<8xf32> {mlc.role = #mlc.role<loss>})
        attributes {mlc.batch = 4 : i64} {
      return %x : tensor<8xf32>
    }
    ```

    After:

    ```mlir
    func.func private @train_step(%x: tensor<8xf32> {mlc.role = #mlc.role<data>}) -> (tensor<8xf32> {mlc.role = #mlc.role<loss>})
        attributes {mlc.batch = 4 : i64} {
      return %x : tensor<8xf32>
    }
    module @mlc_chip {
      func.func private @train_step(%x: tensor<8xf32> {mlc.role = #mlc.role<data>}) -> (tensor<8xf32> {mlc.role = #mlc.role<loss>})
          attributes {mlc.batch = 4 : i64, mlc.shard_rule = array<i64: 128, 1, 16>} {
        return %x : tensor<8xf32>
      }
    }
    ```
  }];
  let options = [
    Option<"required", "required", "bool", "false",
           "whether it is an error that a step is not split">,
  ];
}

def RowOwners : Pass<"mlc-row-owners", "::mlir::ModuleOp"> {
  let summary = "each row of the batch has a block that computes what is of it";
  let description = [{
    Assumes: the module of `mlc-chip-step` on memrefs, after `mlc-step-numbers`.

    Of a step in which sums over all shards are added for each row of the batch, a
    copy is made, `@train_step_by_words`, in which not every block adds them for
    all rows, but each row's owner for its own: these sums and what follows from
    them row by row become one `scf.forall` over rows (`mlc.rows`). What is read of
    a row outside of it and inside has a second buffer inside.

    A parameter or state that would be the leader's alone, and that is read by
    others, has a private copy for each block (`mlc.copy_of`), which all update
    alike.

    Guarantees: the step itself stays as it is; the copy computes the same sums.

    Before (each block, for all rows):

    ```
    linalg.generic ins(%bias) outs(%sum)       // sum[row] = bias + all partial[shard, row]
    linalg.generic ins(%sum) outs(%error)      // error[row]
    scf.forall (%unit) ... { reads %error }
    ```

    After, in `@train_step_by_words`:

    ```
    scf.forall (%row) = (0) to (64) step (%rows) {
      linalg.generic ins(%bias) outs(%sum[%row])
      linalg.generic ins(%sum[%row]) outs(%error[%row])
    } {mlc.rows, mlc.shards = #mlc.shards<64 x 1>}
    scf.forall (%unit) ... { reads %error }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect"
  ];
}

def ExchangeToWords : Pass<"mlc-exchange-to-words", "::mlir::ModuleOp"> {
  let summary = "workers wait for single numbers instead of for all workers";
  let description = [{
    Assumes: the module of `mlc-row-owners` after `mlc-place-barriers`.

    In `@train_step_by_words`, a buffer that crosses workers at a `spmd.exchange`
    becomes words, which say themselves of which step they are: who computes an
    element publishes it (`spmd.publish`), and who reads it awaits it
    (`spmd.await`) into memory of its own. The exchanges are erased: there is no
    barrier of all blocks in a step.

    That is possible where two exchanges stand in turn: at the first one, sums
    cross from the owners of shards to the owners of rows, and at the second one
    numbers of rows to all. Then one copy of each word is enough:
    - a shard's owner publishes sums of the next step after it has awaited all rows
      of this one, whose owners published them after they had read all its sums;
    - a row's owner publishes numbers of the next step after it has awaited sums of
      all shards, whose owners published them after they had read all numbers of
      this one.
    So each word is overwritten only when all have read it, in any number of steps,
    and whatever rows a smaller last batch has. (In a block, `mlc-block-barriers`
    has threads meet between an await and a later publish.) Each block must have a
    shard. Words are set to 0 where a launch begins, before which all blocks meet
    once: what an older launch or another step left there is never taken for one
    of this launch.

    Where all exchanges of the copy become words, it takes the place of the step;
    otherwise it is erased, and the step keeps its barriers.

    Guarantees: there is one training step.

    Before:

    ```
    scf.forall (%unit) ... { linalg.generic outs(%sums[%unit, 0]) }
    spmd.exchange gather %sums : memref<128x?xf32>
    scf.forall (%row) ... { linalg.generic (reads %sums[0, %row]) outs(%error[%row]) }
    spmd.exchange gather %error : memref<?xf32>
    scf.forall (%unit) ... { reads %error }
    ```

    After, shortened:

    ```
    scf.forall (%unit) ... { scf.parallel (%i) { spmd.publish %sum, %words[%i, %unit] } }
    scf.forall (%row) ... {
      scf.parallel (%i) { %sum = spmd.await %words[%row, %i]  memref.store %sum, %sums[%i, %row] }
      scf.parallel (%i) { (reads %sums[0, %row]) spmd.publish %error, %words2[%row] }
    }
    scf.parallel (%row) { %e = spmd.await %words2[%row]  memref.store %e, %error[%row] }
    scf.forall (%unit) ... { reads %error }
    ```
  }];
  let dependentDialects = [
    "::mlc::MlcDialect", "::mlc::spmd::SpmdDialect",
    "::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect"
  ];
}

def ChipMemory : Pass<"mlc-chip-memory", "::mlir::ModuleOp"> {
  let summary = "what a thread block keeps in its shared memory";
  let description = [{
    Assumes: the module of `mlc-chip-step` after `mlc-place-barriers`.

    Adds the argument `shared`, the bytes of a block's shared memory. In it lie:
    - parameters, states and memory of the step of which every forall touches only
      the part of its shards: each block has its part, from the first step of a
      launch to the last;
    - what only the leader touches;
    - private memory (`mlc.memory`).

    Parameters and states are copied there where a launch begins (`mlc.once` =
    begin), and back where it ends. What crosses blocks stays in global memory.

    Each op that computes elements gets the attributes `mlc.elements`, how many a
    shard has, and `mlc.team`, how many threads share the terms of one. Both follow
    from the program alone, so that bits do not depend on the number of blocks.

    Guarantees: the attribute `mlc.shared` has a block's bytes for each number of
    blocks. A step that does not fit a GPU's shared memory, or of which each block
    would do too much for itself, is erased; with `required`, that is an error.

    Before:

    ```
    func.func @train_step(..., %w: memref<1000x128xf32> {mlc.role = #mlc.role<parameter>}, ...)
      scf.forall (%from) = (0) to (128) step (%units) { memref.subview %w[0, %from] ... }
    ```

    After, shortened:

    ```
    func.func @train_step(..., %w, ..., %shared: memref<?xi8> {mlc.role = #mlc.role<shared>})
        attributes {mlc.shared = array<i64: ...>}
      %part = memref.view %shared[...]                                // this block's columns of %w
      linalg.copy {mlc.once = "begin"} ins(%w[...]) outs(%part)
      scf.forall (%from) ... { memref.subview %part ... }
      linalg.copy {mlc.once = "end"} ins(%part) outs(%w[...])
    ```
  }];
  let options = [
    Option<"required", "required", "bool", "false",
           "whether it is an error that a step does not fit">,
  ];
  let dependentDialects = [
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect"
  ];
}

def BlockBarriers : Pass<"mlc-block-barriers", "::mlir::func::FuncOp"> {
  let summary = "where the threads of a block wait for one another";
  let description = [{
    Assumes: a step after `mlc-spmd-workers`, which is run again and again; within
    a thread block, the threads share out the elements of each op.

    A `gpu.barrier` is placed between ops that touch the same memory, one of which
    writes, in one step or from one step to the next: as late as possible, and
    before a loop or branch rather than in it. Where blocks wait for one another,
    their threads do. Awaiting words needs no barrier; publishing needs one after
    an await, since it tells others that this block has read them.

    Guarantees: between two barriers no thread writes what another one touches, and
    none publishes a word after another one's await.

    Before:

    ```mlir
    func.func @step(%x: memref<8xf32>, %y: memref<8xf32>, %z: memref<8xf32>) {
      linalg.exp ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
      linalg.log ins(%x : memref<8xf32>) outs(%z : memref<8xf32>)
      linalg.add ins(%y, %z : memref<8xf32>, memref<8xf32>) outs(%x : memref<8xf32>)
      return
    }
    ```

    After: the first barrier is for the step before.

    ```mlir
    func.func @step(%x: memref<8xf32>, %y: memref<8xf32>, %z: memref<8xf32>) {
      gpu.barrier
      linalg.exp ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
      linalg.log ins(%x : memref<8xf32>) outs(%z : memref<8xf32>)
      gpu.barrier
      linalg.add ins(%y, %z : memref<8xf32>, memref<8xf32>) outs(%x : memref<8xf32>)
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::gpu::GPUDialect"];
}

#endif // MLC_GPUCHIPPASSES_TD
