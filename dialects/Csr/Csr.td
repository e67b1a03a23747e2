//===- Csr.td - Products with rows that store their non-zeros -*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_CSR_CSR_TD
#define MLC_DIALECTS_CSR_CSR_TD

include "dialects/Csr/CsrBase.td"
include "dialects/Csr/CsrQuantized.td"

def Csr_MatmulOp : Csr_ProductOp<"matmul"> {
  let summary = "rows of a data set times a matrix";
  let description = [{
    result[i, j] = init[i, j] + sum over the non-zeros p of row rows[i] of
    values[p] * weight[indices[p], j], added in the order of p.

    Constraints:
    - (C1) weight and init have two dimensions, the others one.
    - (C2) weight and init have the same number of columns.

    Example:

    ```mlir
    func.func @rows(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                    %ones: i1, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
        : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<9x4xf32>, tensor<?x4xf32>)
          -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr,
                       Csr_Indices:$indices, Csr_Numbers:$values, I1:$ones,
                       Csr_Numbers:$weight, Csr_Numbers:$init);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $indptr `,` $indices `,` $values `,` $ones `,` $weight
    `)` `outs` `(` $init `)` attr-dict `:` functional-type(operands, results)
  }];
}

def Csr_GroupColumnsOp : Csr_Op<"group_columns"> {
  let summary = "a batch's non-zeros, column by column";
  let description = [{
    Where `ones` is set and `masks` has columns: bit b of `masks[k, w]` says
    whether the batch's example 64 * w + b has a non-zero in column k; the other
    results are not set.

    Elsewhere, for each column k of the data, the places q with `starts[k] <= q <
    starts[k + 1]` hold the non-zeros of column k in the batch: `examples[q]`
    is the place i in `rows` and `entries[q]` the value, in the order of i.
    What is beyond `starts[columns]` is not set, nor is `masks`.

    Constraints:
    - (C1) masks has two dimensions, every other tensor has one.

    Example:

    ```mlir
    func.func @columns(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                       %ones: i1, %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<9x1xi64>)
        -> tensor<9x1xi64> {
      %starts, %examples, %entries, %masks =
        csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
        : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<10xi32>, tensor<?xi32>,
           tensor<?xf32>, tensor<9x1xi64>) -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>)
      return %masks : tensor<9x1xi64>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr,
                       Csr_Indices:$indices, Csr_Numbers:$values, I1:$ones,
                       Csr_Ints:$starts_init, Csr_Ints:$examples_init,
                       Csr_Numbers:$entries_init, Csr_Masks:$masks_init);
  let results = (outs Csr_Ints:$starts, Csr_Ints:$examples,
                      Csr_Numbers:$entries, Csr_Masks:$masks);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $indptr `,` $indices `,` $values `,` $ones `)`
    `outs` `(` $starts_init `,` $examples_init `,` $entries_init `,`
    $masks_init `)` attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), 5, 4);
    }
    Batch getBatch() {
      return {getRows(), getIndptr(), getIndices(), getValues(), getOnes()};
    }
  }];
}

def Csr_MatmulTransposedOp : Csr_ProductOp<"matmul_transposed"> {
  let summary = "a batch, transposed, times a matrix";
  let description = [{
    The operands before `rhs` are `ones` and the results of
    `csr.group_columns`. result[k, j] = init[k, j] + the sum over the non-zeros
    of column k, in the order of their examples, of value * rhs[example, j].

    Constraints:
    - (C1) masks, rhs and init have two dimensions, the other tensors one.
    - (C2) rhs and init have the same number of columns.

    Example:

    ```mlir
    func.func @transposed(%ones: i1, %starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>,
                          %masks: tensor<9x1xi64>, %dy: tensor<?x4xf32>, %init: tensor<9x4xf32>) -> tensor<9x4xf32> {
      %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%init)
        : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>, tensor<?x4xf32>, tensor<9x4xf32>)
          -> tensor<9x4xf32>
      return %dw : tensor<9x4xf32>
    }
    ```
  }];
  let arguments = (ins I1:$ones, Csr_Ints:$starts, Csr_Ints:$examples,
                       Csr_Numbers:$entries, Csr_Masks:$masks, Csr_Numbers:$rhs,
                       Csr_Numbers:$init);
  let assemblyFormat = [{
    `ins` `(` $ones `,` $starts `,` $examples `,` $entries `,` $masks `,` $rhs
    `)` `outs` `(` $init `)` attr-dict `:` functional-type(operands, results)
  }];
}

def Csr_SampledMatmulOp : Csr_Op<"sampled_matmul"> {
  let summary = "a product of matrices at the non-zeros of a batch";
  let description = [{
    For each non-zero p of row rows[i]: result[p] = sum over j of
    lhs[i, j] * rhs[indices[p], j], plus init[p] with `accumulate`. `init` and
    the result are as long as `values` of the data set; what belongs to rows
    that are not in the batch stays as it is in `init`. The batch's rows must
    differ: each has one place in the result.

    Constraints:
    - (C1) lhs and rhs have two dimensions, the others one.
    - (C2) lhs and rhs have the same number of columns.

    Example:

    ```mlir
    func.func @sampled(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x4xf32>,
                       %w: tensor<9x4xf32>, %init: tensor<?xf32>) -> tensor<?xf32> {
      %dx = csr.sampled_matmul ins(%rows, %indptr, %indices, %dy, %w) outs(%init)
        : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<9x4xf32>, tensor<?xf32>) -> tensor<?xf32>
      return %dx : tensor<?xf32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr,
                       Csr_Indices:$indices, Csr_Numbers:$lhs, Csr_Numbers:$rhs,
                       Csr_Numbers:$init, UnitAttr:$accumulate);
  let results = (outs Csr_Numbers:$result);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $indptr `,` $indices `,` $lhs `,` $rhs `)`
    `outs` `(` $init `)` attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

def Csr_UpdateRowsOp
    : Csr_TiledOp<"update_rows", [AttrSizedOperandSegments, SingleBlock]> {
  let summary = "only the rows that a batch touches change";
  let description = [{
    A row for each column of the data, from column `first` to below `first` +
    `count`. Where the batch has no non-zero in column `first` + k, row k of each
    result is that of `outs`. Elsewhere

    product_p[k, j] = the sum over the non-zeros of the column, in the order of
    their examples, of value * products_p[example, j]

    and the region says from these, the inputs and what `outs` holds, what an
    element of each result is:

    result_q[k, j] = region(product_0[k, j], ..., input_0[k, j], ..., outs_0[k,
    j], ...)_q

    With `sums`, outs and results have one row, k is 0, and the rows of all
    columns that the batch has change it one after another, in ascending order:
    sums over rows that are never stored.

    `columns` is how many columns the data has, and `capacity` the most
    non-zeros of a batch. So a lazy optimiser's time follows from what a batch
    has, not from the size of its parameters.

    Constraints:
    - (C1) rows, indptr, indices and values have one dimension, all other tensors
      two.
    - (C2) inputs and outs have one shape, and products as many columns; with
      `sums` there are no inputs, and outs have one row.
    - (C3) the region gets an element of each product, input and out, and yields
      one of each out.

    Example:

    ```mlir
    func.func @sgd(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                   %ones: i1, %capacity: index, %dy: tensor<?x4xf32>, %rate: f32, %w: tensor<9x4xf32>) -> tensor<9x4xf32> {
      %first = arith.constant 0 : index
      %count = arith.constant 9 : index
      %next = csr.update_rows batch(%rows, %indptr, %indices, %values, %ones, %capacity) rows(%first, %count)
          products(%dy) outs(%w) {
      ^bb0(%g: f32, %old: f32):
        %size = arith.mulf %g, %rate : f32
        %new = arith.subf %old, %size : f32
        csr.yield %new : f32
      } {columns = 9} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index,
                         tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
      return %next : tensor<9x4xf32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr,
                       Csr_Indices:$indices, Csr_Numbers:$values, I1:$ones,
                       Index:$capacity, Index:$first, Index:$count,
                       Variadic<Csr_Numbers>:$products,
                       Variadic<Csr_Numbers>:$inputs,
                       Variadic<Csr_Numbers>:$outputs, I64Attr:$columns,
                       UnitAttr:$sums);
  let results = (outs Variadic<Csr_Numbers>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `batch` `(` $rows `,` $indptr `,` $indices `,` $values `,` $ones `,`
    $capacity `)` `rows` `(` $first `,` $count `)` `products` `(` $products `)`
    (`ins` `(` $inputs^ `)`)? `outs` `(` $outputs `)` $body attr-dict `:`
    functional-type(operands, results)
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getOutputsMutable();
    }
    Batch getBatch() {
      return {getRows(), getIndptr(), getIndices(), getValues(), getOnes()};
    }
    /// What the region calls an element of each.
    ::mlir::Block::BlockArgListType getProductElements() {
      return getBody().getArguments().take_front(getProducts().size());
    }
    ::mlir::Block::BlockArgListType getInputElements() {
      return getBody().getArguments().slice(getProducts().size(),
                                            getInputs().size());
    }
    ::mlir::Block::BlockArgListType getOutputElements() {
      return getBody().getArguments().take_back(getOutputs().size());
    }
  }];
}

def Csr_YieldOp : Op<Csr_Dialect, "yield",
    [Pure, Terminator, HasParent<"UpdateRowsOp">]> {
  let summary = "the elements of an updated row";
  let description = [{
    Ends the region of `csr.update_rows`, with an element of each result.

    Example: see `csr.update_rows`.
  }];
  let arguments = (ins Variadic<F32>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

#endif // MLC_DIALECTS_CSR_CSR_TD
