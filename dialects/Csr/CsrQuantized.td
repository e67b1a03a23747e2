//===- CsrQuantized.td - Products with quantised weights ---*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_CSR_CSRQUANTIZED_TD
#define MLC_DIALECTS_CSR_CSRQUANTIZED_TD

include "dialects/Csr/CsrBase.td"

def Csr_QuantizedMatmulOp : Csr_ProductOp<"quantized_matmul"> {
  let summary = "rows of a data set times a quantised matrix";
  let description = [{
    result[i, j] = init[i, j] + sum over the non-zeros p of row rows[i] of
    (values[p] * scale[k]) * number[k, first + j], where k = indices[p] and
    records have scales and numbers; added in the order of p. Where `ones` is
    set, values[p] is 1.

    Constraints:
    - (C1) init has two dimensions, the others one.
    - (C2) `bits` is 8 or 4, and a record has room for the scale and the numbers
      of init's columns, where their number is known.

    Example:

    ```mlir
    func.func @rows(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                    %ones: i1, %records: tensor<136xi8>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %first = arith.constant 0 : index
      %y = csr.quantized_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first) outs(%init)
        {bits = 8, record = 8}
        : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<136xi8>, index, tensor<?x4xf32>)
          -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr,
                       Csr_Indices:$indices, Csr_Numbers:$values, I1:$ones,
                       Csr_Records:$records, Index:$first, Csr_Numbers:$init,
                       I64Attr:$bits, I64Attr:$record);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $indptr `,` $indices `,` $values `,` $ones `,` $records
    `,` $first `)` `outs` `(` $init `)` attr-dict `:`
    functional-type(operands, results)
  }];
}

def Csr_IntegerMatmulOp : Csr_ProductOp<"integer_matmul"> {
  let summary = "rows of a data set times a matrix, in whole numbers";
  let description = [{
    result[i, j] = init[i, j] + (unit_i * scale[0, j]) * sum over the non-zeros p
    of row rows[i] of a[p] * number[indices[p], first + j], where `unscaled`
    records have the numbers.

    The sum is one of whole numbers. Where `ones` is set, a[p] and unit_i are 1,
    and the sum is exact, of up to 2^24 non-zeros a row. Elsewhere the row's
    values are rounded to a[p] = values[p] / unit_i of 16 bits, halves to even,
    bounded by 32767; unit_i is the power of two by which the largest size of
    the row's values is at least 2^14 and below 2^15. So values that are whole
    numbers below 2^15 lose nothing, and others at most 2^-15 of the row's
    largest. Sums of 512 non-zeros are exact, and are added in f32 in the order
    of p. No step rounds differently on another CPU: results have the same bits
    on each.

    Constraints:
    - (C1) scales and init have two dimensions, the others one; scales has one
      row.
    - (C2) scales and init have the same number of columns.
    - (C3) a record has room for the numbers of init's columns, where their
      number is known.

    Example:

    ```mlir
    func.func @rows(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                    %ones: i1, %records: tensor<100xi8>, %scales: tensor<1x4xf32>, %init: tensor<?x4xf32>)
        -> tensor<?x4xf32> {
      %first = arith.constant 0 : index
      %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init)
        {record = 4}
        : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<100xi8>, index, tensor<1x4xf32>,
           tensor<?x4xf32>) -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr,
                       Csr_Indices:$indices, Csr_Numbers:$values, I1:$ones,
                       Csr_Records:$records, Index:$first, Csr_Numbers:$scales,
                       Csr_Numbers:$init, I64Attr:$record);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $indptr `,` $indices `,` $values `,` $ones `,` $records
    `,` $first `,` $scales `)` `outs` `(` $init `)` attr-dict `:`
    functional-type(operands, results)
  }];
}

def Csr_QuantizedSampledMatmulOp : Csr_Op<"quantized_sampled_matmul"> {
  let summary = "a product with a quantised matrix at the non-zeros of a batch";
  let description = [{
    As `csr.sampled_matmul`, with a quantised right side: for each non-zero p of
    row rows[i], with k = indices[p], result[p] = scale[k] * (sum over j of
    lhs[i, j] * number[k, j]), plus init[p] with `accumulate`. Of `unscaled`
    records, scale[k] is 1.

    Constraints:
    - (C1) lhs has two dimensions, the others one.
    - (C2) `bits` is 8 or 4, and a record has room for the scale and the numbers
      of lhs's columns, whose number is known. Unscaled ones have 8 bits.

    Example:

    ```mlir
    func.func @sampled(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x4xf32>,
                       %records: tensor<136xi8>, %init: tensor<?xf32>) -> tensor<?xf32> {
      %dx = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %dy, %records) outs(%init)
        {bits = 8, record = 8}
        : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<136xi8>, tensor<?xf32>) -> tensor<?xf32>
      return %dx : tensor<?xf32>
    }
    ```
  }];
  let arguments = (ins Csr_Ints:$rows, Csr_Offsets:$indptr,
                       Csr_Indices:$indices, Csr_Numbers:$lhs,
                       Csr_Records:$records, Csr_Numbers:$init, I64Attr:$bits,
                       I64Attr:$record, UnitAttr:$unscaled,
                       UnitAttr:$accumulate);
  let results = (outs Csr_Numbers:$result);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $indptr `,` $indices `,` $lhs `,` $records `)`
    `outs` `(` $init `)` attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

#endif // MLC_DIALECTS_CSR_CSRQUANTIZED_TD
