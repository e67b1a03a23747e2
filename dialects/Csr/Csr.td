//===- Csr.td - Products with rows that store their non-zeros -*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_CSR_CSR_TD
#define MLC_DIALECTS_CSR_CSR_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"

def Csr_Dialect : Dialect {
  let name = "csr";
  let cppNamespace = "::mlc::csr";
  let summary = "products with rows that store their non-zeros";
  let description = [{
    What a `graph.linear` on `#graph.csr` examples lowers to. A data set holds
    `indptr` (i64, one more than it has rows), `indices` (i32) and `values`
    (f32): row r has the value `values[p]` in column `indices[p]` for
    `indptr[r] <= p < indptr[r + 1]`. A batch is a list `rows` of row numbers;
    its rows are never copied.

    The ops work on tensors, write into their destination (`outs`), and are
    tiled and fused by upstream's TilingInterface.
  }];
}

class Csr_Op<string opMnemonic, list<Trait> traits = []>
    : Op<Csr_Dialect, opMnemonic, !listconcat(traits, [
        Pure, DestinationStyleOpInterface])> {
  let hasVerifier = 1;
}

defvar Csr_Tiled = DeclareOpInterfaceMethods<TilingInterface,
    ["getLoopIteratorTypes", "getIterationDomain", "getTiledImplementation",
     "getResultTilePosition", "generateResultTileValue",
     "getIterationDomainTileFromResultTile"]>;

def Csr_Numbers : RankedTensorOf<[F32]>;
def Csr_Ints : RankedTensorOf<[I32]>;
def Csr_Offsets : RankedTensorOf<[I64]>;

def Csr_MatmulOp : Csr_Op<"matmul", [Csr_Tiled]> {
  let summary = "rows of a data set times a matrix";
  let description = [{
    result[i, j] = init[i, j] + sum over the non-zeros p of row rows[i] of
    values[p] * weight[indices[p], j], added in the order of p.

    Constraints:
    - (C1) weight and init have two dimensions, the others one.
    - (C2) weight and init have the same number of columns.

    Example:

    ```mlir
    func.func @rows(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>,
                    %values: tensor<?xf32>, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %y = csr.matmul ins(%rows, %indptr, %indices, %values, %w) outs(%init)
        : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr, Csr_Ints:$indices,
                       Csr_Numbers:$values, Csr_Numbers:$weight,
                       Csr_Numbers:$init);
  let results = (outs Csr_Numbers:$result);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $indptr `,` $indices `,` $values `,` $weight `)`
    `outs` `(` $init `)` attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

def Csr_GroupColumnsOp : Csr_Op<"group_columns"> {
  let summary = "a batch's non-zeros, column by column";
  let description = [{
    For each column k of the data, the places q with `starts[k] <= q <
    starts[k + 1]` hold the non-zeros of column k in the batch: `examples[q]`
    is the place i in `rows` and `entries[q]` the value, in the order of i.
    What is beyond `starts[columns]` is not set.

    Constraints:
    - (C1) every tensor has one dimension.

    Example:

    ```mlir
    func.func @columns(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
                       %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>) -> tensor<10xi32> {
      %starts, %examples, %entries = csr.group_columns ins(%rows, %indptr, %indices, %values) outs(%s, %e, %v)
        : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>)
          -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>)
      return %starts : tensor<10xi32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr, Csr_Ints:$indices,
                       Csr_Numbers:$values, Csr_Ints:$starts_init,
                       Csr_Ints:$examples_init, Csr_Numbers:$entries_init);
  let results = (outs Csr_Ints:$starts, Csr_Ints:$examples,
                      Csr_Numbers:$entries);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $indptr `,` $indices `,` $values `)`
    `outs` `(` $starts_init `,` $examples_init `,` $entries_init `)` attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), 4, 3);
    }
  }];
}

def Csr_MatmulTransposedOp : Csr_Op<"matmul_transposed", [Csr_Tiled]> {
  let summary = "a batch, transposed, times a matrix";
  let description = [{
    result[k, j] = init[k, j] + sum over `starts[k] <= q < starts[k + 1]` of
    entries[q] * rhs[examples[q], j], added in the order of q.

    Constraints:
    - (C1) rhs and init have two dimensions, the others one.
    - (C2) rhs and init have the same number of columns.

    Example:

    ```mlir
    func.func @transposed(%starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>,
                          %dy: tensor<?x4xf32>, %init: tensor<9x4xf32>) -> tensor<9x4xf32> {
      %dw = csr.matmul_transposed ins(%starts, %examples, %entries, %dy) outs(%init)
        : (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
      return %dw : tensor<9x4xf32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$starts, Csr_Ints:$examples,
                       Csr_Numbers:$entries, Csr_Numbers:$rhs,
                       Csr_Numbers:$init);
  let results = (outs Csr_Numbers:$result);
  let assemblyFormat = [{
    `ins` `(` $starts `,` $examples `,` $entries `,` $rhs `)`
    `outs` `(` $init `)` attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

#endif // MLC_DIALECTS_CSR_CSR_TD
