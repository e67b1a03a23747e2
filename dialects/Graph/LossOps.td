//===- LossOps.td - Losses -----------------------------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_LOSSOPS_TD
#define MLC_DIALECTS_GRAPH_LOSSOPS_TD

include "dialects/Graph/OperationOps.td"

/// From predictions and labels to their mean loss, a `tensor<f32>`.
class Graph_LossFunctionOp<string opMnemonic>
    : Graph_Op<opMnemonic, [Pure, Graph_Differentiable, Graph_InfersType]> {
  let arguments = (ins Graph_Tensor:$prediction, Graph_Label:$label);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $prediction `,` $label attr-dict `:` type($prediction) `,` type($label)
  }];
}

def Graph_LossDocs : OpDocGroup {
  let summary = "Losses";
  let description = [{From predictions and labels to their mean loss.}];
}

let opDocGroup = Graph_LossDocs in {

def Graph_BceWithLogitsOp : Graph_LossFunctionOp<"bce_with_logits"> {
  let summary = "binary cross-entropy of logits";
  let description = [{
    The mean over all elements of max(y, 0) - y * t + log(1 + exp(-|y|)), for
    logits y [n, c] and labels t [n, c] in [0, 1].
    Gradient: dy = dl * (sigmoid(y) - t) / (n * c), dt = -dl * y / (n * c).

    Source: torch.nn.BCEWithLogitsLoss.

    Constraints:
    - (C1) logits and labels are dense `tensor<?xCxf32>` of the same shape.

    Example:

    ```mlir
    func.func @bce(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
}

def Graph_CrossEntropyOp : Graph_LossFunctionOp<"cross_entropy"> {
  let summary = "cross-entropy of logits and class labels";
  let description = [{
    The mean over the rows n of log(sum over c of exp(y[n, c])) - y[n, t[n]],
    for logits y [n, c] and classes t [n] from 0.
    Gradient: dy = dl * (softmax(y) - one_hot(t)) / n.

    Source: torch.nn.CrossEntropyLoss.

    Constraints:
    - (C1) the logits are dense `tensor<?xCxf32>` with C of at least 2.
    - (C2) the labels are `tensor<?xi32>`.

    Example:

    ```mlir
    func.func @cross_entropy(%y: tensor<?x4xf32>, %t: tensor<?xi32>) -> tensor<f32> {
      %l = graph.cross_entropy %y, %t : tensor<?x4xf32>, tensor<?xi32>
      return %l : tensor<f32>
    }
    ```
  }];
}

def Graph_MseOp : Graph_LossFunctionOp<"mse"> {
  let summary = "mean squared error";
  let description = [{
    The mean over all elements of (y - t)^2, for predictions y [n, c] and
    targets t [n, c]. Gradient: dy = dl * 2 * (y - t) / (n * c), dt = -dy.

    Source: torch.nn.MSELoss.

    Constraints:
    - (C1) predictions and targets are dense `tensor<?xCxf32>` of the same
      shape.

    Example:

    ```mlir
    func.func @mse(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_LOSSOPS_TD
