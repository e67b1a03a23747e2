//===- VectorPasses.td - From shards to vector code --------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_VECTORPASSES_TD
#define MLC_VECTORPASSES_TD

include "mlir/Pass/PassBase.td"

def SampledProducts : Pass<"mlc-sampled-products", "::mlir::func::FuncOp"> {
  let summary = "products at a batch's non-zeros become loops over them";
  let description = [{
    Assumes: csr.sampled_matmul, or the same of a quantised matrix, whose
    destination is a buffer of the caller's, as long as the data set's values.

    Guarantees: neither op is left. One worker does the loops, or each for
    itself in a step that it runs alone; the sum over a row's columns is a
    linalg op, which `mlc-vectorize` makes vectors of. Of a quantised matrix it
    is vector code at once, up to 16 lanes at a time, added up in the same order
    for every CPU.

    Before: `%y = csr.sampled_matmul ins(%rows, %indptr, %indices, %dy, %w) outs(%out) : ...`

    After:

    ```mlir
    %y = scf.for %i = %c0 to %n step %c1 iter_args(%list = %out) -> (tensor<?xf32>) {
      // row, begin and end of example %i; its row of %dy
      %filled = scf.for %p = %begin to %end step %c1 iter_args(%l = %list) -> (tensor<?xf32>) {
        // %value: the sum of products of %dy's row and of row indices[%p] of %w
        %next = tensor.insert %value into %l[%p] : tensor<?xf32>
        scf.yield %next : tensor<?xf32>
      }
      scf.yield %filled : tensor<?xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::mlir::arith::ArithDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def FuseMultiplyAdd : Pass<"mlc-fuse-multiply-add", "::mlir::func::FuncOp"> {
  let summary = "products that are only added as one operation";
  let description = [{
    Assumes: linalg ops, of which those for the library carry `mlc.library`.

    `linalg.matmul` ops that are not for the library become `linalg.generic`. If
    the machine has the operation, `x * y + z` and `z - x * y` in every body become
    one `math.fma`, where the product has no other use.

    Guarantees: this is decided before code is split and copied, so an element gets
    the same bits in every copy. LLVM contracts nothing later.

    Before:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%x : tensor<8xf32>) outs(%y : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.mulf %a, %a : f32
        %d = arith.addf %b, %c : f32
        linalg.yield %d : f32
      } -> tensor<8xf32>
      return %r : tensor<8xf32>
    }
    ```

    After:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%x : tensor<8xf32>) outs(%y : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = math.fma %a, %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      return %r : tensor<8xf32>
    }
    ```
  }];
  let options = [Option<"available", "available", "bool", "true",
                        "whether the machine has it">];
  let dependentDialects = ["::mlir::math::MathDialect"];
}

def BlockTerms : Pass<"mlc-block-terms", "::mlir::func::FuncOp"> {
  let summary = "long sums of large products in blocks of terms";
  let description = [{
    Assumes: products of dense matrices as `linalg.generic`, as
    `mlc-fuse-multiply-add` leaves them.

    A product whose right side outgrows the near caches becomes a loop over
    blocks of its terms, one after another: a tile's rows of a block stay near
    until all tiles have read them. Where many tiles of columns read the left
    side, each block reads a copy of its part, whose rows do not lie a power of
    two apart. A product that another op reads is left as it is: it will be
    computed in that op's registers.

    Guarantees: the terms of each sum are added in the same order, so that its
    bits are the same.

    Before:

    ```mlir
    #x = affine_map<(i, j, k) -> (i, k)>
    #w = affine_map<(i, j, k) -> (k, j)>
    #y = affine_map<(i, j, k) -> (i, j)>
    module attributes {mlc.costs = {"block-elements" = 4096, "block-terms" = 64}} {
      func.func @layer(%x: tensor<8x128xf32>, %w: tensor<128x32xf32>, %init: tensor<8x32xf32>) -> tensor<8x32xf32> {
        %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]}
            ins(%x, %w : tensor<8x128xf32>, tensor<128x32xf32>) outs(%init : tensor<8x32xf32>) {
        ^bb0(%a: f32, %b: f32, %sum: f32):
          %next = math.fma %a, %b, %sum : f32
          linalg.yield %next : f32
        } -> tensor<8x32xf32>
        return %y : tensor<8x32xf32>
      }
    }
    ```

    After (`canonicalize`):

    ```mlir
    #x = affine_map<(i, j, k) -> (i, k)>
    #w = affine_map<(i, j, k) -> (k, j)>
    #y = affine_map<(i, j, k) -> (i, j)>
    module attributes {mlc.costs = {"block-elements" = 4096, "block-terms" = 64}} {
      func.func @layer(%x: tensor<8x128xf32>, %w: tensor<128x32xf32>, %init: tensor<8x32xf32>) -> tensor<8x32xf32> {
        %c0 = arith.constant 0 : index
        %c128 = arith.constant 128 : index
        %c64 = arith.constant 64 : index
        %y = scf.for %k = %c0 to %c128 step %c64 iter_args(%sum = %init) -> (tensor<8x32xf32>) {
          %xk = tensor.extract_slice %x[0, %k] [8, 64] [1, 1] : tensor<8x128xf32> to tensor<8x64xf32>
          %wk = tensor.extract_slice %w[%k, 0] [64, 32] [1, 1] : tensor<128x32xf32> to tensor<64x32xf32>
          %next = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]}
              ins(%xk, %wk : tensor<8x64xf32>, tensor<64x32xf32>) outs(%sum : tensor<8x32xf32>) {
          ^bb0(%a: f32, %b: f32, %s: f32):
            %t = math.fma %a, %b, %s : f32
            linalg.yield %t : f32
          } -> tensor<8x32xf32>
          scf.yield %next : tensor<8x32xf32>
        }
        return %y : tensor<8x32xf32>
      }
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::affine::AffineDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::mlir::arith::ArithDialect"
  ];
}

def RegisterTiles : Pass<"mlc-register-tiles", "::mlir::func::FuncOp"> {
  let summary = "ops in tiles that vector registers hold";
  let description = [{
    Assumes: linalg and csr ops on tensors, in a function, a forall or a loop.

    Each op that can be computed in vector registers becomes a loop over tiles
    of its result. An element-wise op or a csr product has tiles of one row, a
    dense product tiles of several rows and two registers a row, whose sums stay
    in registers. What uses a product alone is tiled with it, so that it is
    computed in the product's registers; so is what starts it. Whole tiles come
    first; then what is left of the columns, a register at a time, and what is
    left of the rows, row by row. What the tiles of a large product read is
    packed before (lib/Tile/PackOperands.h).

    Guarantees: an op that is to become vector code carries its tile as
    `mlc.tile` (dialects/Mlc); only tiles that are left of the columns are
    masked.

    Before:

    ```
    %y = linalg.generic {...} ins(%x : tensor<?x50xf32>) outs(%init : tensor<?x50xf32>)
    ```

    After, with registers of 8 elements:

    ```
    %whole = scf.for %i = %c0 to %n step %c1 iter_args(...) {
      scf.for %j = %c0 to %c32 step %c32 iter_args(...) {
        linalg.generic {..., mlc.tile = #mlc.tile<1x32>} ... -> tensor<1x32xf32>
    %y = scf.for %i = %c0 to %n step %c1 iter_args(...) {
      scf.for %j = %c32 to %c50 step %c8 iter_args(...) {
        linalg.generic {..., mlc.tile = #mlc.tile<1x8, masked>} ... -> tensor<1x?xf32>
    ```
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", "16", "f32 elements of a register">,
    Option<"registers", "registers", "int64_t", "32",
           "vector registers, which element-wise ops on rows share">,
  ];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::tensor::TensorDialect", "::mlc::MlcDialect"
  ];
}

def TouchedRows : Pass<"mlc-touched-rows", "::mlir::func::FuncOp"> {
  let summary = "updates of rows as loops over those that the batch touches";
  let description = [{
    Assumes: each `csr.update_rows` is a tile of columns, after
    `mlc-register-tiles`; those of one update have the same first row and number
    of rows.

    The batch's columns in the range of rows are grouped without a pass over all
    of them, once for all tiles of an update in a forall, so by each shard of
    rows for itself. An update becomes a loop over them: the products and the
    region of a row, in the tile's registers. Of rows of one or two elements a
    tile has several: their products are summed up entry by entry before, and
    parameters and states are brought together and back.

    Guarantees: no `csr.update_rows` is left; `mlc.tile` stands on the ops of
    each row.

    Before:

    ```
    %new = csr.update_rows batch(...) rows(%first, %count) products(%dy) outs(%w) {...}
        {columns = 10000 : i64, mlc.tile = #mlc.tile<1x16>} : ... -> tensor<?x16xf32>
    ```

    After:

    ```
    %new = scf.for %rank = %c0 to %touched step %c1 iter_args(%old = %w) -> (tensor<?x16xf32>) {
      %column = tensor.extract %columns[%rank] : tensor<10000xi32>
      // %row = %column - %first, and its slice of %old
      %g = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %none, %dy) outs(%zeros)
          {mlc.tile = #mlc.tile<1x16>} : ... -> tensor<1x16xf32>
      %next = linalg.generic {..., mlc.tile = #mlc.tile<1x16>} ins(%g) outs(%slice)
      // insert %next
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::mlir::linalg::LinalgDialect"
  ];
}

def Vectorize : Pass<"mlc-vectorize", "::mlir::func::FuncOp"> {
  let summary = "tiles as vector code, and a batch's columns as loops";
  let description = [{
    Assumes: ops with `mlc.tile`, whose operands are slices of the tile's size.

    An op with a tile becomes vector code: a dense product a loop over its terms
    whose sums are vectors, a csr product a loop over the non-zeros of its row,
    an element-wise op its body on vectors, row by row where it shares registers
    with a product. A `csr.group_columns` becomes loops.

    Guarantees: no op carries `mlc.tile` and no csr op is left; one without a
    tile is an error at the op.

    Before:

    ```mlir
    #id = affine_map<(i, j) -> (i, j)>
    func.func @step(%x: tensor<1x32xf32>, %y: tensor<1x32xf32>) -> tensor<1x32xf32> {
      %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
          ins(%x : tensor<1x32xf32>) outs(%y : tensor<1x32xf32>) attrs = {mlc.tile = #mlc.tile<1x32>} {
      ^bb0(%a: f32, %b: f32):
        %sum = arith.addf %a, %b : f32
        linalg.yield %sum : f32
      } -> tensor<1x32xf32>
      return %z : tensor<1x32xf32>
    }
    ```

    After (`canonicalize`):

    ```mlir
    func.func @step(%x: tensor<1x32xf32>, %y: tensor<1x32xf32>) -> tensor<1x32xf32> {
      %c0 = arith.constant 0 : index
      %unset = ub.poison : f32
      %a = vector.transfer_read %x[%c0, %c0], %unset {in_bounds = [true, true]} : tensor<1x32xf32>, vector<1x32xf32>
      %b = vector.transfer_read %y[%c0, %c0], %unset {in_bounds = [true, true]} : tensor<1x32xf32>, vector<1x32xf32>
      %sum = arith.addf %a, %b : vector<1x32xf32>
      %z = vector.transfer_write %sum, %y[%c0, %c0] {in_bounds = [true, true]} : vector<1x32xf32>, tensor<1x32xf32>
      return %z : tensor<1x32xf32>
    }
    ```
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", "16", "f32 elements of a register">,
    Option<"byteProducts", "byte-products", "bool", "false",
           "whether vpdpbusd sums products of bytes (AVX-512 VNNI)">,
  ];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def LowerMasks : Pass<"mlc-lower-masks", "::mlir::func::FuncOp"> {
  let summary = "masks of one dimension; what was stored with one is not loaded";
  let description = [{
    Assumes: reads and writes that have masks themselves, after upstream's
    `lower-vector-mask`, and equal masks that are one value, after common
    subexpression elimination.

    A mask of two dimensions becomes one of a row, spread. A masked read of what
    a write with the same mask has just stored becomes the vector itself where
    the mask is set, and the padding elsewhere, so that a tile of what is left of
    the columns stays in registers from one op to the next, too. (Upstream's
    canonicalisation does so without masks.)

    Guarantees: every mask that is made has one dimension.

    Before:

    ```mlir
    func.func @step(%x: tensor<?xf32>, %a: vector<8xf32>, %mask: vector<8xi1>) -> vector<8xf32> {
      %c0 = arith.constant 0 : index
      %zero = arith.constant 0.0 : f32
      %t = vector.transfer_write %a, %x[%c0], %mask {in_bounds = [true]} : vector<8xf32>, tensor<?xf32>
      %b = vector.transfer_read %t[%c0], %zero, %mask {in_bounds = [true]} : tensor<?xf32>, vector<8xf32>
      return %b : vector<8xf32>
    }
    ```

    After:

    ```mlir
    func.func @step(%x: tensor<?xf32>, %a: vector<8xf32>, %mask: vector<8xi1>) -> vector<8xf32> {
      %zeros = arith.constant dense<0.0> : vector<8xf32>
      %b = arith.select %mask, %a, %zeros : vector<8xi1>, vector<8xf32>
      return %b : vector<8xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect"
  ];
}

#endif // MLC_VECTORPASSES_TD
