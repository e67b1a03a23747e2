//===- DistillationOps.td - Losses with a teacher ----------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_DISTILLATIONOPS_TD
#define MLC_DIALECTS_GRAPH_DISTILLATIONOPS_TD

include "dialects/Graph/LossOps.td"

/// A loss that learns from a teacher as well: alpha is the teacher's share.
defvar distillationArguments = (ins Graph_Tensor:$teacher,
    Graph_ShareAttr<"C3">:$alpha, Graph_PositiveAttr<"C4">:$temperature);
defvar distillationFormat = [{
  $prediction `,` $label `,` $teacher `alpha` `(` $alpha `)`
  `temperature` `(` $temperature `)` (`weight` `(` $weight^ `)`)? attr-dict `:`
  type($prediction) `,` type($label) `,` type($teacher)
}];
defvar distillationMethods = [{
  ::mlir::Value buildWithoutTeacher(::mlir::OpBuilder &builder);
}];

let opDocGroup = Graph_LossDocs in {

def Graph_DistillBceOp : Graph_ElementLossOp<"distill_bce", "Binary"> {
  let summary = "binary cross-entropy with labels and with a teacher";
  let description = [{
    The mean over all elements of (1 - alpha) * bce(y, t) + alpha * T^2 *
    bce(y / T, sigmoid(s / T)), for logits y [n, c], labels t [n, c] in [0, 1],
    the teacher's logits s [n, c] and the temperature T, where bce(y, t) =
    max(y, 0) - y * t + log(1 + exp(-|y|)).
    Gradient: dy = dl * ((1 - alpha) * (sigmoid(y) - t) + alpha * T *
    (sigmoid(y / T) - sigmoid(s / T))) / (n * c), dt = -dl * (1 - alpha) * y /
    (n * c); the teacher has none.

    Evaluation, which has no teacher, tells the mean of bce(y, t).

    Source: Hinton, Vinyals, Dean, Distilling the Knowledge in a Neural Network,
    arXiv:1503.02531, section 2.

    Constraints:
    - (C1) logits and labels are dense `tensor<?xCxf32>` of the same shape.
    - (C2) so are the teacher's logits.
    - (C3) alpha is in [0, 1].
    - (C4) the temperature is finite and above 0.

    Example:

    ```mlir
    func.func @distill_bce(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>, %s: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.distill_bce %y, %t, %s alpha(0.5) temperature(2.0) : tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
  let arguments = !con(first, distillationArguments, last);
  let assemblyFormat = distillationFormat;
  let extraClassDeclaration = distillationMethods;
  let hasVerifier = 1;
}

def Graph_DistillCrossEntropyOp
    : Graph_ClassLossOp<"distill_cross_entropy"> {
  let summary = "cross-entropy with classes and with a teacher";
  let description = [{
    The mean over the rows n of (1 - alpha) * (log(sum over c of exp(y[n, c])) -
    y[n, t[n]]) + alpha * T^2 * (log(sum over c of exp(y[n, c] / T)) - sum over
    c of p[n, c] * y[n, c] / T) with p = softmax(s / T), for logits y [n, c],
    classes t [n] from 0, the teacher's logits s [n, c] and the temperature T.
    Gradient: dy = dl * ((1 - alpha) * (softmax(y) - one_hot(t)) + alpha * T *
    (softmax(y / T) - p)) / n; the teacher has none.

    Evaluation, which has no teacher, tells the cross-entropy with the classes.

    Source: as of `graph.distill_bce`.

    Constraints:
    - (C1) logits and labels are as those of `graph.cross_entropy`.
    - (C2) the teacher's logits have the shape of the logits.
    - (C3) alpha is in [0, 1].
    - (C4) the temperature is finite and above 0.

    Example:

    ```mlir
    func.func @distill(%y: tensor<?x4xf32>, %t: tensor<?xi32>, %s: tensor<?x4xf32>) -> tensor<f32> {
      %l = graph.distill_cross_entropy %y, %t, %s alpha(0.5) temperature(2.0) : tensor<?x4xf32>, tensor<?xi32>, tensor<?x4xf32>
      return %l : tensor<f32>
    }
    ```
  }];
  let arguments = !con(first, distillationArguments, last);
  let assemblyFormat = distillationFormat;
  let extraClassDeclaration = distillationMethods;
  let hasVerifier = 1;
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_DISTILLATIONOPS_TD
