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

def Graph_BatchNormOp : Graph_ByColumnsOp<"batch_norm",
    (ins Graph_Dense:$factors, Graph_Dense:$shifts, Graph_Dense:$mean,
         Graph_Dense:$variance, UnitAttr:$byBatch,
         DefaultValuedAttr<Graph_NumberAttr<"x > 0 && x <= 1",
             "above 0 and at most 1", "C4">, "0.1">:$momentum,
         DefaultValuedAttr<Graph_PositiveAttr<"C3">, "1e-5">:$epsilon),
    [Graph_Affine, DeclareOpInterfaceMethods<Graph_MixesRowsOpInterface>]> {
  let summary = "columns of mean 0 and variance 1, then scaled and shifted";
  let description = [{
    y[n, c] = factors[c] * z[n, c] + shifts[c] with z[n, c] = (x[n, c] - m[c]) /
    r[c], where r[c] = sqrt(v[c] + epsilon).

    In evaluation, prediction and explanation m and v are `mean` and `variance`,
    two parameters that are `running`. In training, which the compiler says by
    `by_batch`, m[c] is the mean of column c over the N rows of the batch, v[c]
    the mean of (x[n, c] - m[c])^2, and after the step

        mean     <- mean + momentum * (m - mean)
        variance <- variance + momentum * (v * N / (N - 1) - variance)

    so that `variance` has the unbiased variance. Rows count as one each, whatever
    their weights. With `accumulate(n)` each step has its batch's own statistics,
    and changes the running ones. A batch of one row, as the last one of an epoch
    may be, has no variance: its m and v are the running ones, which it leaves as
    they are. Where `mean` and `variance` are `frozen`, training computes with
    them as evaluation does. `momentum(0.1)` and `epsilon(1e-5)` are the defaults.

    Gradient, with g[n, c] = dy[n, c] * factors[c]:
    dx[n, c] = (g[n, c] - mean over n of g[n, c] - z[n, c] * mean over n of
    g[n, c] * z[n, c]) / r[c] with `by_batch`, but of one row and without
    `by_batch` dx[n, c] = g[n, c] / r[c]; dfactors[c] = sum over n of dy[n, c] *
    z[n, c], dshifts[c] = sum over n of dy[n, c]. `mean` and `variance` have none.

    Source: Ioffe and Szegedy, "Batch Normalization", arXiv:1502.03167;
    torch.nn.BatchNorm1d (but for batches of one row, which it refuses).

    Constraints:
    - (C1) the operands are dense.
    - (C2) x has two dimensions, and there are a factor, a shift, a mean and a
      variance for each place of its last.
    - (C3) epsilon is finite and above 0.
    - (C4) momentum is above 0 and at most 1.

    Example:

    ```mlir
    func.func @batch_norm(%x: tensor<?x3xf32>, %s: tensor<3xf32>, %b: tensor<3xf32>, %m: tensor<3xf32>, %v: tensor<3xf32>) -> tensor<?x3xf32> {
      %y = graph.batch_norm %x, %s, %b, %m, %v : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
      %z = graph.batch_norm %y, %s, %b, %m, %v by_batch momentum(0.01) epsilon(0.001) : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
      return %z : tensor<?x3xf32>
    }
    ```
  }];
  let assemblyFormat = [{
    $input `,` $factors `,` $shifts `,` $mean `,` $variance
    (`by_batch` $byBatch^)? (`momentum` `(` $momentum^ `)`)?
    (`epsilon` `(` $epsilon^ `)`)? attr-dict `:` type($input) `,`
    type($factors) `,` type($shifts) `,` type($mean) `,` type($variance)
  }];
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_ROWOPS_TD
