//===- RowOps.td - Ops on rows and columns -----------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_ROWOPS_TD
#define MLC_DIALECTS_GRAPH_ROWOPS_TD

include "dialects/Graph/OperationOps.td"

let opDocGroup = Graph_OperationDocs in {

def Graph_SoftmaxOp : Graph_UnaryOp<"softmax", [Graph_Differentiable]> {
  let summary = "row by row: y = exp(x - max x) / sum of exp(x - max x)";
  let description = [{
    y[n, c] = exp(x[n, c] - m[n]) / sum over k of exp(x[n, k] - m[n]) with
    m[n] the largest of row n. Gradient:
    dx = y * (dy - sum over k of dy[n, k] * y[n, k]).

    Of more than two dimensions a row is along the last, and n stands for all
    before it.

    Constraints:
    - (C1) the operand is dense.
    - (C2) the operand has two dimensions or more.

    Example:

    ```mlir
    func.func @softmax(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %y = graph.softmax %x : tensor<?x3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
  let hasVerifier = 1;
}

/// Rows with numbers for each of their columns, as one-dimensional parameters.
class Graph_ByColumnsOp<string opMnemonic, dag rows, list<Trait> traits>
    : Graph_Op<opMnemonic, !listconcat(traits,
        [Pure, Graph_RowWise, Graph_Composite, Graph_Differentiable,
         AllTypesMatch<["input", "result"]>])> {
  let arguments = !con((ins Graph_Dense:$input), rows);
  let results = (outs Graph_Dense:$result);
  let hasVerifier = 1;
}

def Graph_ScaleColumnsOp : Graph_ByColumnsOp<"scale_columns",
    (ins Graph_Dense:$factors), [Graph_Affine]> {
  let summary = "each column times a number of its own";
  let description = [{
    y[n, c] = x[n, c] * factors[c]. Gradient: dx[n, c] = dy[n, c] * factors[c],
    dfactors[c] = sum over n of dy[n, c] * x[n, c]. Of more than two dimensions a
    row is along the last, and n stands for all before it.

    As the first op of a model of a table, it learns how much each column
    matters.

    Source: Holzmüller, Grinsztajn and Steinwart, "Better by Default",
    arXiv:2407.04491 (the scaling layer of RealMLP).

    Constraints:
    - (C1) the operands are dense.
    - (C2) x has two dimensions or more, and there is a factor for each place of
      its last.

    Example:

    ```mlir
    func.func @scale_columns(%x: tensor<?x3xf32>, %s: tensor<3xf32>) -> tensor<?x3xf32> {
      %y = graph.scale_columns %x, %s : tensor<?x3xf32>, tensor<3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
  let assemblyFormat = [{
    $input `,` $factors attr-dict `:` type($input) `,` type($factors)
  }];
}

def Graph_LayerNormOp : Graph_ByColumnsOp<"layer_norm",
    (ins Graph_Dense:$factors, Graph_Dense:$shifts,
         DefaultValuedAttr<Graph_PositiveAttr<"C3">, "1e-5">:$epsilon), []> {
  let summary = "rows of mean 0 and variance 1, then scaled and shifted";
  let description = [{
    y[n, c] = factors[c] * z[n, c] + shifts[c] with z[n, c] = (x[n, c] - m[n]) /
    r[n], where m[n] is the mean of row n over its C columns, and r[n] =
    sqrt(v[n] + epsilon) with v[n] the mean of (x[n, c] - m[n])^2. Of more than
    two dimensions a row is along the last, and n stands for all before it.
    `epsilon(1e-5)` is the default.

    Gradient: with g[n, c] = dy[n, c] * factors[c],
    dx[n, c] = (g[n, c] - mean of g[n] - z[n, c] * mean of g[n] * z[n]) / r[n],
    dfactors[c] = sum over n of dy[n, c] * z[n, c], dshifts[c] = sum over n of
    dy[n, c].

    Source: Ba, Kiros and Hinton, "Layer Normalization", arXiv:1607.06450;
    torch.nn.LayerNorm.

    Constraints:
    - (C1) the operands are dense.
    - (C2) x has two dimensions or more, and there are a factor and a shift for
      each place of its last.
    - (C3) epsilon is finite and above 0.

    Example:

    ```mlir
    func.func @layer_norm(%x: tensor<?x3xf32>, %s: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
      %y = graph.layer_norm %x, %s, %b : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>
      %z = graph.layer_norm %y, %s, %b epsilon(0.001) : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>
      return %z : tensor<?x3xf32>
    }
    ```
  }];
  let assemblyFormat = [{
    $input `,` $factors `,` $shifts (`epsilon` `(` $epsilon^ `)`)? attr-dict `:`
    type($input) `,` type($factors) `,` type($shifts)
  }];
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_ROWOPS_TD
