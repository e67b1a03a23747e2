//===- TilePasses.td - From loops to shards ----------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TILEPASSES_TD
#define MLC_TILEPASSES_TD

include "mlir/Pass/PassBase.td"

def DropUnitDims : Pass<"mlc-drop-unit-dims", "::mlir::func::FuncOp"> {
  let summary = "linalg ops without dimensions of one element";
  let description = [{
    Assumes: linalg ops on tensors.

    Upstream's patterns of `linalg-fold-unit-extent-dims`, without the one that has
    a loop read its destination as an input: destinations that
    `mlc-update-in-place` chose must stay.

    Guarantees: no linalg op has a loop of one iteration.

    Before:

    ```mlir
    #id = affine_map<(i, j) -> (i, j)>
    func.func @step(%x: tensor<8x1xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
          ins(%x : tensor<8x1xf32>) outs(%y : tensor<8x1xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.addf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8x1xf32>
      return %r : tensor<8x1xf32>
    }
    ```

    After:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<8x1xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
      %xs = tensor.collapse_shape %x [[0, 1]] : tensor<8x1xf32> into tensor<8xf32>
      %ys = tensor.collapse_shape %y [[0, 1]] : tensor<8x1xf32> into tensor<8xf32>
      %rs = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%xs : tensor<8xf32>) outs(%ys : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.addf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      %r = tensor.expand_shape %rs [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
      return %r : tensor<8x1xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::mlir::affine::AffineDialect"
  ];
}

def PlanSplits : Pass<"mlc-plan-splits", "::mlir::func::FuncOp"> {
  let summary = "decides for a whole step what workers share";
  let description = [{
    Assumes: linalg and csr ops on tensors, without unit dimensions.

    Writes a plan and changes nothing. A dimension of known size, at least 32,
    can be cut into at most 8 shards, which the program fixes
    (lib/Tile/Shards.h). From the step's end to its beginning, each op is either
    computed in the loops of the ops that use it (`mlc.fused`), as is what makes
    their destinations and what they need no more of than a tile in registers,
    or split (`mlc.split`) along one of these, the first that it has:

    1. its innermost parallel dimension that has shards: a worker has all shards
       of a run, or, where the library computes a product, one after another,
       since its rounding depends on the shape;
    2. the dimension that it sums over, if its partial sums, one a shard, are no
       more than its terms, so that only these cross workers;
    3. the rows of the batch, where an op has no shards and a row is much work.

    Every threshold is one of lib/CostModel.h, and `mlc compile --explain` tells
    what was chosen. Nothing is split in a function with `mlc.independent`.

    Guarantees: the plan follows from the program, not from the number of
    workers. An op without either attribute is left outside of foralls, and is
    little.

    Before:

    ```mlir
    func.func @step(%x: tensor<?x24xf32>, %w: tensor<24x128xf32>, %e: tensor<?x128xf32>) -> tensor<?x128xf32> {
      %zero = arith.constant 0.0 : f32
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
      %y = linalg.matmul ins(%x, %w : tensor<?x24xf32>, tensor<24x128xf32>) outs(%init : tensor<?x128xf32>) -> tensor<?x128xf32>
      return %y : tensor<?x128xf32>
    }
    ```

    After:

    ```mlir
    func.func @step(%x: tensor<?x24xf32>, %w: tensor<24x128xf32>, %e: tensor<?x128xf32>) -> tensor<?x128xf32> {
      %zero = arith.constant 0.0 : f32
      %init = linalg.fill {mlc.fused} ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
      %y = linalg.matmul {mlc.split = #mlc.split<units 1, <8 x 16>>}
          ins(%x, %w : tensor<?x24xf32>, tensor<24x128xf32>) outs(%init : tensor<?x128xf32>) -> tensor<?x128xf32>
      return %y : tensor<?x128xf32>
    }
    ```
  }];
  let options = [
    Option<"gemm", "gemm", "::mlc::Gemm", "::mlc::Gemm::Auto",
           "who computes dense products", [{::mlc::gemmValues()}]>,
    Option<"registers", "registers", "int64_t", "32",
           "vector registers: with few, the library computes large products">,
  ];
  let dependentDialects = ["::mlc::MlcDialect"];
}

def TileShards : Pass<"mlc-tile-shards", "::mlir::func::FuncOp"> {
  let summary = "long computations as a scf.forall over shards";
  let description = [{
    Assumes: linalg and csr ops on tensors, and a plan of what is split
    (`mlc.split`, `mlc.fused`), as `mlc-plan-splits` makes one.

    Adds the argument `workers`, and follows the plan: an op whose units are
    shared becomes a `scf.forall` over the shards, an iteration for all shards
    of one worker, or for a single shard of a library's product; of one whose
    terms are shared, a forall makes the partial sums, and a balanced binary
    tree adds them; of one whose rows are shared, an iteration is for the rows
    of a worker. Consumers are split first, and producers with `mlc.fused` are
    computed in their foralls. A forall over shards carries them as
    `mlc.shards`. Nothing is split in a function with `mlc.independent`.

    In a program for several ranks (the cost `rank-shards`) there is an argument
    `ranks`, too. An iteration is for a single shard then, and a sum's tree adds
    the partial sums of each rank's shards first.

    Guarantees: the order of a sum, and so its bits, follow from the plan, not
    from the number of workers and ranks. No op carries a plan any more.

    Before:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<128xf32>) -> tensor<128xf32> {
      %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%x : tensor<128xf32>)
          attrs = {mlc.split = #mlc.split<units 0, <8 x 16>>} {
      ^bb0(%a: f32):
        %b = arith.addf %a, %a : f32
        linalg.yield %b : f32
      } -> tensor<128xf32>
      return %y : tensor<128xf32>
    }
    ```

    After, with `canonicalize` and `cse`: 8 shards of 16.

    ```mlir
    #units = affine_map<()[workers] -> ((8 ceildiv workers) * 16)>
    #left = affine_map<(from)[workers] -> (-from + 128, (8 ceildiv workers) * 16)>
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<128xf32>, %workers: index {mlc.role = #mlc.role<workers>}) -> tensor<128xf32> {
      %units = affine.apply #units()[%workers]
      %y = scf.forall (%from) = (0) to (128) step (%units) shared_outs(%out = %x) -> (tensor<128xf32>) {
        %count = affine.min #left(%from)[%workers]
        %slice = tensor.extract_slice %out[%from] [%count] [1] : tensor<128xf32> to tensor<?xf32>
        %part = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%slice : tensor<?xf32>) {
        ^bb0(%a: f32):
          %b = arith.addf %a, %a : f32
          linalg.yield %b : f32
        } -> tensor<?xf32>
        scf.forall.in_parallel {
          tensor.parallel_insert_slice %part into %out[%from] [%count] [1] : tensor<?xf32> into tensor<128xf32>
        }
      } {mlc.shards = #mlc.shards<8 x 16>}
      return %y : tensor<128xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::scf::SCFDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect"
  ];
}

#endif // MLC_TILEPASSES_TD
