//===- PrimitiveOps.td - What the compiler writes steps in ---*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_PRIMITIVEOPS_TD
#define MLC_DIALECTS_GRAPH_PRIMITIVEOPS_TD

include "dialects/Graph/LossOps.td"

def Graph_Rows : RankedTensorOf<[I32]>;
def Graph_Flags : RankedTensorOf<[I1]>;

def Graph_PrimitiveDocs : OpDocGroup {
  let summary = "Primitives";
  let description = [{Made by the compiler: what gradient rules and data access are written in.}];
}

let opDocGroup = Graph_PrimitiveDocs in {

def Graph_GatherOp : Graph_Op<"gather", [Pure, Graph_InfersType]> {
  let summary = "rows of a data set, in an order";
  let description = [{
    y[i, ...] = data[rows[i], ...]: the batch that a step works on.

    Constraints:
    - (C1) `rows` is `tensor<?xi32>`.
    - (C2) the data's first dimension is `?`.

    Example:

    ```mlir
    func.func @gather(%data: tensor<?x9xf32, #graph.csr>, %rows: tensor<?xi32>) -> tensor<?x9xf32, #graph.csr> {
      %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
      return %x : tensor<?x9xf32, #graph.csr>
    }
    ```
  }];
  let arguments = (ins Graph_Label:$data, Graph_Rows:$rows);
  let results = (outs Graph_Label:$result);
  let assemblyFormat = [{
    $data `,` $rows attr-dict `:` type($data) `,` type($rows)
  }];
}

def Graph_MatmulOp : Graph_Op<"matmul", [Pure, Graph_InfersType]> {
  let summary = "a product of matrices, each transposed on wish";
  let description = [{
    y = op(lhs) op(rhs), where op transposes where `transpose_lhs` or
    `transpose_rhs` is given. An operand of more than two dimensions is the matrix
    of its rows, which are along the last: y has its other dimensions or, where
    it is transposed, sums over all of them.

    Constraints:
    - (C1) both operands have two dimensions; the left one may have up to four,
      and the right one as many where the left one, but not itself, is transposed.
    - (C2) the inner dimensions are equal.
    - (C3) only the left operand may be `#graph.csr`.

    Example:

    ```mlir
    func.func @matmul(%x: tensor<?x3xf32>, %dy: tensor<?x2xf32>) -> tensor<3x2xf32> {
      %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x3xf32>, tensor<?x2xf32>
      return %dw : tensor<3x2xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$lhs, Graph_Tensor:$rhs,
                       UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)
  }];
}

def Graph_SampledMatmulOp : Graph_Op<"sampled_matmul",
    [Pure, Graph_InfersType]> {
  let summary = "a product of matrices at the entries of a sparse one";
  let description = [{
    y[n, k] = sum over j of lhs[n, j] * rhs[k, j] where `pattern` stores an
    entry (n, k), and nothing elsewhere: y has the pattern's type and its
    entries. With shapes pattern [n, k], lhs [n, j], rhs [k, j]. Its cost is
    that of the entries, not of the n * k elements.

    It is the gradient of `graph.linear` with respect to a `#graph.csr` input,
    with lhs = dy and rhs = W. (Elsewhere: sampled dense-dense matrix
    multiplication, SDDMM.)

    Constraints:
    - (C1) the pattern is `tensor<?xKxf32, #graph.csr>`, the others are dense
      and have two dimensions.
    - (C2) lhs has the rows of the pattern, rhs has its columns as rows.
    - (C3) lhs and rhs have the same number of columns.

    Example:

    ```mlir
    func.func @sampled(%x: tensor<?x9xf32, #graph.csr>, %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>) -> tensor<?x9xf32, #graph.csr> {
      %dx = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
      return %dx : tensor<?x9xf32, #graph.csr>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$pattern, Graph_Tensor:$lhs,
                       Graph_Tensor:$rhs);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $pattern `,` $lhs `,` $rhs attr-dict `:` type($pattern) `,` type($lhs) `,`
    type($rhs)
  }];
}

def Graph_SumBatchOp : Graph_Op<"sum_batch", [Pure, Graph_InfersType]> {
  let summary = "the sum over the batch";
  let description = [{
    y[c] = sum over n of x[n, c], where n stands for all dimensions before the
    last.

    Constraints:
    - (C1) the operand is dense and has two dimensions or more.

    Example:

    ```mlir
    func.func @sum_batch(%x: tensor<?x3xf32>) -> tensor<3xf32> {
      %y = graph.sum_batch %x : tensor<?x3xf32>
      return %y : tensor<3xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$input);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def Graph_SumSquaresOp : Graph_Op<"sum_squares", [Pure, Graph_InfersType]> {
  let summary = "the sum of the squares of all elements";
  let description = [{
    y = sum over all elements of x^2: the square of the Euclidean norm.

    Constraints:
    - (C1) the operand is dense and has one dimension or more, each known.

    Example:

    ```mlir
    func.func @sum_squares(%x: tensor<4x3xf32>) -> tensor<f32> {
      %y = graph.sum_squares %x : tensor<4x3xf32>
      return %y : tensor<f32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$input);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def Graph_SumRowOp : Graph_Op<"sum_row",
    [Pure, Graph_RowWise, SameOperandsAndResultType]> {
  let summary = "each element replaced by the sum of its row";
  let description = [{
    y[n, c] = sum over k of x[n, k]. Of more than two dimensions a row is along
    the last, and n stands for all before it.

    Constraints:
    - (C1) the operand is dense and has two dimensions or more.

    Example:

    ```mlir
    func.func @sum_row(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %y = graph.sum_row %x : tensor<?x3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$input);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def Graph_DotPlacesOp : Graph_Op<"dot_places",
    [Pure, Graph_RowWise, Graph_InfersType]> {
  let summary = "of each row, the inner products of its places";
  let description = [{
    y[n, s, t] = sum over c of lhs[n, s, c] * rhs[n, t, c].

    Constraints:
    - (C1) both operands are dense and have three dimensions, of which the first
      alone may be unknown.
    - (C2) both have as many rows, and places of one length.

    Example:

    ```mlir
    func.func @dot_places(%x: tensor<?x4x3xf32>, %z: tensor<?x5x3xf32>) -> tensor<?x4x5xf32> {
      %y = graph.dot_places %x, %z : tensor<?x4x3xf32>, tensor<?x5x3xf32>
      return %y : tensor<?x4x5xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$lhs, Graph_Tensor:$rhs);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)
  }];
}

def Graph_SpreadOp : Graph_Op<"spread",
    [Pure, Graph_RowWise, AllTypesMatch<["like", "result"]>]> {
  let summary = "the same for each place of a second dimension";
  let description = [{
    y[n, t, ...] = x[n, ...], of the shape of `like`, whose elements it does not
    use.

    Constraints:
    - (C1) `like` is dense and has three or four dimensions, and x has them but
      the second.

    Example:

    ```mlir
    func.func @spread(%x: tensor<?x8xf32>, %z: tensor<?x9x8xf32>) -> tensor<?x9x8xf32> {
      %y = graph.spread %x like %z : tensor<?x8xf32>, tensor<?x9x8xf32>
      return %y : tensor<?x9x8xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, Graph_Tensor:$like);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $input `like` $like attr-dict `:` type($input) `,` type($like)
  }];
  let hasVerifier = 1;
}

def Graph_RepeatRowOp : Graph_Op<"repeat_row",
    [Pure, Graph_RowWise, AllTypesMatch<["like", "result"]>]> {
  let summary = "the same row for every example";
  let description = [{
    y[n, c] = row[c], of the shape of `like`, whose elements it does not use; n
    stands for all dimensions before the last.

    Constraints:
    - (C1) `like` is dense and has two dimensions or more, and the row is as long
      as its last.

    Example:

    ```mlir
    func.func @repeat_row(%row: tensor<3xf32>, %x: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %y = graph.repeat_row %row like %x : tensor<3xf32>, tensor<?x3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$row, Graph_Tensor:$like);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $row `like` $like attr-dict `:` type($row) `,` type($like)
  }];
  let hasVerifier = 1;
}

def Graph_RepeatColumnOp : Graph_Op<"repeat_column",
    [Pure, Graph_RowWise, AllTypesMatch<["like", "result"]>]> {
  let summary = "one number an example, for each of its elements";
  let description = [{
    y[n, ...] = column[n], of the shape of `like`, whose elements it does not use.

    Constraints:
    - (C1) `like` is dense and has two dimensions or more, and the column is as
      long as its first.

    Example:

    ```mlir
    func.func @repeat_column(%w: tensor<?xf32>, %x: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %y = graph.repeat_column %w like %x : tensor<?xf32>, tensor<?x3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$column, Graph_Tensor:$like);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $column `like` $like attr-dict `:` type($column) `,` type($like)
  }];
  let hasVerifier = 1;
}

def Graph_LogSumExpOp : Graph_Op<"log_sum_exp", [Pure, Graph_RowWise, Graph_InfersType]> {
  let summary = "of each row, the logarithm of the sum of exponentials";
  let description = [{
    y[n] = m[n] + log(sum over c of exp(x[n, c] - m[n])) with m[n] the largest
    of row n. Of more than two dimensions a row is along the last, and n stands
    for all before it.

    Constraints:
    - (C1) the operand is dense and has two to four dimensions.

    Example:

    ```mlir
    func.func @log_sum_exp(%x: tensor<?x3xf32>) -> tensor<?xf32> {
      %y = graph.log_sum_exp %x : tensor<?x3xf32>
      return %y : tensor<?xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$input);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def Graph_PickOp : Graph_Op<"pick", [Pure, Graph_RowWise, Graph_InfersType]> {
  let summary = "of each row, the element of its class";
  let description = [{
    y[n] = x[n, label[n]]. Of more than two dimensions a row is along the last,
    and n stands for all before it.

    Constraints:
    - (C1) the operand is dense and has two to four dimensions.
    - (C2) the label has the operand's dimensions but the last.

    Example:

    ```mlir
    func.func @pick(%x: tensor<?x3xf32>, %t: tensor<?xi32>) -> tensor<?xf32> {
      %y = graph.pick %x, %t : tensor<?x3xf32>, tensor<?xi32>
      return %y : tensor<?xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, Graph_Rows:$label);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $label attr-dict `:` type($input) `,` type($label)
  }];
}

def Graph_OneHotOp : Graph_Op<"one_hot", [Pure, Graph_RowWise]> {
  let summary = "classes as rows of zeros and a one";
  let description = [{
    y[n, c] = label[n] == c ? 1 : 0, where n stands for all dimensions of the
    label.

    Constraints:
    - (C1) the result is dense, has two to four dimensions, and the label those
      but the last.

    Example:

    ```mlir
    func.func @one_hot(%t: tensor<?xi32>) -> tensor<?x4xf32> {
      %y = graph.one_hot %t : tensor<?xi32> -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Rows:$label);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $label attr-dict `:` type($label) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Graph_TouchedColumnsOp : Graph_Op<"touched_columns", [Pure]> {
  let summary = "which columns of a batch have an entry";
  let description = [{
    y[k, j] = whether a row of the batch stores column k, for each of the N
    units j that column k's row of a weight has.

    Constraints:
    - (C1) the batch is `tensor<?xKxf32, #graph.csr>`, the result
      `tensor<KxNxi1>`.

    Example:

    ```mlir
    func.func @touched(%x: tensor<?x9xf32, #graph.csr>) -> tensor<9x4xi1> {
      %y = graph.touched_columns %x : tensor<?x9xf32, #graph.csr> -> tensor<9x4xi1>
      return %y : tensor<9x4xi1>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$input);
  let results = (outs Graph_Flags:$result);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_PRIMITIVEOPS_TD
