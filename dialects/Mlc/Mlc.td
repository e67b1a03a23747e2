//===- Mlc.td - What passes tell one another ---------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_MLC_MLC_TD
#define MLC_DIALECTS_MLC_MLC_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Mlc_Dialect : Dialect {
  let name = "mlc";
  let cppNamespace = "::mlc::mlc_dialect";
  let summary = "what passes tell one another";
  let description = [{
    Discardable attributes by which one pass tells later ones what it knows. An
    attribute of this dialect that is not in this table, stands on another kind
    of op or holds something else is an error.

    | attribute | on | holds | says |
    |---|---|---|---|
    | `mlc.role` | an argument or result of a step | `#mlc.role` | what the runtime passes there, or gets (include/mlc/StepRoles.def) |
    | `mlc.batch` | a step | an integer above 0 | the most rows that a batch has |
    | `mlc.length` | a step | an integer above 0 | the most that its argument `length` can be |
    | `mlc.independent` | a step | unit | each worker runs whole steps, so nothing in it is split or waited for |
    | `mlc.paths` | a step | unit | its gradients are means over all of a path, in closed form |
    | `mlc.shard_rule` | a step | three integers above 0 | how dimensions are split, where not as for CPUs: most shards, units that a shard's size is a multiple of, shortest dimension |
    | `mlc.by_words` | a step | unit | thread blocks wait for single numbers of one another, and for all blocks only where a launch begins |
    | `mlc.multiplications` | a step | three numbers | products that it computes: always, for each row of the batch, for each non-zero |
    | `mlc.work` | a step | an array | operations and bytes of its computations, for profiles |
    | `mlc.workspace` | a step, or a module of kernels | integers | bytes that workers share, that each has, that each has for each non-zero; or those of all kernels |
    | `mlc.shards` | `scf.forall` | `#mlc.shards` | the shards among which its iterations are distributed |
    | `mlc.rows` | `scf.forall` | unit | its iterations are rows of the batch, each of which has one owner |
    | `mlc.split` | an op that can be tiled | `#mlc.split` | what of it workers share |
    | `mlc.fused` | an op that can be tiled | unit | it is computed in the foralls of the ops that use it |
    | `mlc.tile` | an op that writes to tensors of one shape, of at most two dimensions | `#mlc.tile` | the tile of vector registers that it computes |
    | `mlc.costs` | a module | a dictionary of integers | thresholds other than lib/CostModel.h's, by name |
    | `mlc.memory` | `memref.alloc` | `#mlc.memory` | whose memory it is |
    | `mlc.copy_of` | `memref.alloc` | an integer | the argument of which each worker has a copy from a launch's begin to its end |
    | `mlc.leader` | any op outside of foralls | unit | worker 0, the leader, alone runs it |
    | `mlc.at_most_one` | `scf.for` | unit | it has one iteration or none |
    | `mlc.library` | any op | unit | a BLAS library computes this product |
    | `mlc.tree` | any op | unit | it adds the partial sums of all shards, and is not fused with what makes them |
    | `mlc.level` | any op | an integer | the launch that it belongs to |
    | `mlc.step` | a kernel | a string | the step that it is a part of |
    | `mlc.most_blocks` | a kernel | an integer above 0 | the most thread blocks that have something to do |
    | `mlc.shared` | a kernel | integers | bytes of shared memory for 1, 2, ... thread blocks |
    | `mlc.once` | any op | a string | a copy at the `begin` or the `end` of a launch |
    | `mlc.elements` | any op | an integer | elements of a shard that threads share out |
    | `mlc.team` | any op | an integer above 0 | threads that share the terms of one element |
    | `mlc.combiners` | any op | an array | the ops that add a term to each value a loop carries |
    | `mlc.products` | a module | an array | the library's products among the launches |
  }];
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let useDefaultAttributePrinterParser = 1;
}

class Mlc_Attr<string name, string attrMnemonic>
    : AttrDef<Mlc_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Mlc_RoleKind : I32EnumAttr<"RoleKind",
    "what an argument or a result of a step is", [
    I32EnumAttrCase<"Rows", 0, "rows">,
    I32EnumAttrCase<"Data", 1, "data">,
    I32EnumAttrCase<"Labels", 2, "labels">,
    I32EnumAttrCase<"Parameter", 3, "parameter">,
    I32EnumAttrCase<"State", 4, "state">,
    I32EnumAttrCase<"LearningRate", 5, "learning_rate">,
    I32EnumAttrCase<"Step", 6, "step">,
    I32EnumAttrCase<"Position", 7, "position">,
    I32EnumAttrCase<"Seed", 8, "seed">,
    I32EnumAttrCase<"Indptr", 9, "indptr">,
    I32EnumAttrCase<"Indices", 10, "indices">,
    I32EnumAttrCase<"Values", 11, "values">,
    I32EnumAttrCase<"Ones", 12, "ones">,
    I32EnumAttrCase<"NonzeroCapacity", 13, "nonzero_capacity">,
    I32EnumAttrCase<"Length", 14, "length">,
    I32EnumAttrCase<"Loss", 15, "loss">,
    I32EnumAttrCase<"Prediction", 16, "prediction">,
    I32EnumAttrCase<"Score", 17, "score">,
    I32EnumAttrCase<"Workspace", 18, "workspace">,
    I32EnumAttrCase<"Worker", 19, "worker">,
    I32EnumAttrCase<"Workers", 20, "workers">,
    I32EnumAttrCase<"Rank", 21, "rank">,
    I32EnumAttrCase<"Ranks", 22, "ranks">,
    I32EnumAttrCase<"Barrier", 23, "barrier">,
    I32EnumAttrCase<"Profile", 24, "profile">,
    I32EnumAttrCase<"CallBegins", 25, "call_begins">,
    I32EnumAttrCase<"CallEnds", 26, "call_ends">,
    I32EnumAttrCase<"Path", 27, "path">,
    I32EnumAttrCase<"Baseline", 28, "baseline">,
    I32EnumAttrCase<"Direction", 29, "direction">,
    I32EnumAttrCase<"InputGradient", 30, "input_gradient">,
    I32EnumAttrCase<"EntryGradient", 31, "entry_gradient">,
    I32EnumAttrCase<"GradientNorm", 32, "gradient_norm">,
    I32EnumAttrCase<"RowScale", 33, "row_scale">,
    I32EnumAttrCase<"RowSquares", 34, "row_squares">,
    // Inside of the compiler alone: a result between `mlc-gradients` and
    // `mlc-optimizer`, and a thread block's shared memory.
    I32EnumAttrCase<"Gradient", 35, "gradient">,
    I32EnumAttrCase<"Shared", 36, "shared">
  ]> {
  let cppNamespace = "::mlc::mlc_dialect";
  let genSpecializedAttr = 0;
}

def Mlc_RoleAttr : Mlc_Attr<"Role", "role"> {
  let summary = "what an argument or a result of a step is";
  let description = [{
    Of a `state` it may say which one of an optimiser it is, and of which
    parameter: both names, or none.

    ```mlir
    func.func @step(%w: memref<4xf32> {mlc.role = #mlc.role<parameter>},
                    %m: memref<4xf32> {mlc.role = #mlc.role<state, "exp_avg" of "layer1.weight">}) {
      return
    }
    ```
  }];
  let parameters = (ins EnumParameter<Mlc_RoleKind>:$kind,
                        OptionalParameter<"::mlir::StringAttr">:$state,
                        OptionalParameter<"::mlir::StringAttr">:$parameter);
  let builders = [
    AttrBuilder<(ins "RoleKind":$kind), [{
      return $_get($_ctxt, kind, ::mlir::StringAttr(), ::mlir::StringAttr());
    }]>
  ];
  let assemblyFormat = "`<` $kind (`,` $state^ `of` $parameter)? `>`";
  let genVerifyDecl = 1;
}

def Mlc_ShardsAttr : Mlc_Attr<"Shards", "shards"> {
  let summary = "how a dimension is split";
  let description = [{
    A dimension split into `count` shards of `size` units each; the last one may
    be smaller. Fixed by the program and not by the number of workers, since the
    order of sums depends on it. A worker has a run of whole shards.

    Where a program is for several ranks, each of which has workers of its own,
    the shards are `ranks` groups, of ceil(count / ranks) shards but for the
    last, which may have fewer. A rank has a run of whole groups. The partial
    sums of a group are added first, and then those of all groups.

    ```mlir
    func.func @half(%x: memref<64xf32>) {
      scf.forall (%i) = (0) to (64) step (16) {
        %part = memref.subview %x[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
      } {mlc.shards = #mlc.shards<4 x 16>}
      scf.forall (%i) = (0) to (64) step (16) {
        %part = memref.subview %x[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
      } {mlc.shards = #mlc.shards<4 x 16, ranks = 2>}
      return
    }
    ```
  }];
  let parameters = (ins "int64_t":$count, "int64_t":$size,
                        DefaultValuedParameter<"int64_t", "1">:$ranks);
  let builders = [
    AttrBuilder<(ins "int64_t":$count, "int64_t":$size), [{
      return $_get($_ctxt, count, size, 1);
    }]>
  ];
  let assemblyFormat =
      "`<` $count `x` $size (`,` `ranks` `=` $ranks^)? `>`";
  let genVerifyDecl = 1;
}

def Mlc_SplitKind : I32EnumAttr<"SplitKind", "what workers share of an op", [
    I32EnumAttrCase<"Units", 0, "units">,
    I32EnumAttrCase<"Library", 1, "library">,
    I32EnumAttrCase<"Terms", 2, "terms">,
    I32EnumAttrCase<"Rows", 3, "rows">
  ]> {
  let cppNamespace = "::mlc::mlc_dialect";
  let genSpecializedAttr = 0;
}

def Mlc_SplitAttr : Mlc_Attr<"Split", "split"> {
  let summary = "what workers share of an op";
  let description = [{
    From `mlc-plan-splits`, which writes the whole step's plan, to
    `mlc-tile-shards`, which follows it. Of the loop `loop`, counted from 0 and
    the outermost, workers share

    - `units`: runs of shards of a parallel loop;
    - `library`: shards of a parallel loop, one a call of the library;
    - `terms`: shards of a sum's terms, whose partial sums a tree adds;
    - `rows`: rows of the batch, in equal numbers and without shards.

    ```mlir
    func.func @fill(%x: tensor<?x64xf32>, %c: f32) -> tensor<?x64xf32> {
      %y = linalg.fill {mlc.split = #mlc.split<units 1, <4 x 16>>} ins(%c : f32) outs(%x : tensor<?x64xf32>) -> tensor<?x64xf32>
      return %y : tensor<?x64xf32>
    }
    ```
  }];
  let parameters = (ins EnumParameter<Mlc_SplitKind>:$kind, "unsigned":$loop,
                        OptionalParameter<"ShardsAttr">:$shards);
  let assemblyFormat = "`<` $kind $loop (`,` $shards^)? `>`";
  let genVerifyDecl = 1;
}

def Mlc_TileAttr : Mlc_Attr<"Tile", "tile"> {
  let summary = "a tile of vector registers";
  let description = [{
    From `mlc-register-tiles` to `mlc-vectorize`: an op's result is one tile of
    `rows` x `width` elements, or of `width` elements where it has one dimension.
    Where it is `masked`, it has one row, and the result may have fewer than
    `width` columns; vector code masks the others. A `csr.update_rows` has rows of
    `width` elements, as many as the batch touches.

    ```mlir
    func.func @fill(%x: tensor<8x32xf32>, %c: f32) -> tensor<8x32xf32> {
      %y = linalg.fill {mlc.tile = #mlc.tile<8x32>} ins(%c : f32) outs(%x : tensor<8x32xf32>) -> tensor<8x32xf32>
      return %y : tensor<8x32xf32>
    }
    ```
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$width, "bool":$masked);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Mlc_Memory : I32EnumAttr<"Memory", "whose memory a buffer is", [
    I32EnumAttrCase<"Private", 0, "private">,
    I32EnumAttrCase<"DoubleBuffered", 1, "double_buffered">
  ]> {
  let cppNamespace = "::mlc::mlc_dialect";
  let genSpecializedAttr = 0;
}

def Mlc_MemoryAttr : EnumAttr<Mlc_Dialect, Mlc_Memory, "memory"> {
  let summary = "whose memory a buffer is";
  let description = [{
    - `private`: each worker has a buffer of its own;
    - `double_buffered`: all workers share two, for odd and even steps, so that
      a worker may write the one while others still read the other.

    A buffer without this attribute is one that all workers share.

    ```mlir
    func.func @buffers() {
      %a = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<64xf32>
      return
    }
    ```
  }];
  let assemblyFormat = "`<` $value `>`";
}

#endif // MLC_DIALECTS_MLC_MLC_TD
