//===- LossOps.td - Losses -----------------------------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_LOSSOPS_TD
#define MLC_DIALECTS_GRAPH_LOSSOPS_TD

include "dialects/Graph/OperationOps.td"

/// From predictions and labels to their mean loss, a `tensor<f32>`. An op gives
/// its terms and their derivatives (Losses.cpp); see LossOpInterface.
class Graph_LossFunctionOp<string opMnemonic, string labelKind>
    : Graph_Op<opMnemonic, [Pure, Graph_Differentiable, Graph_InfersType,
        DeclareOpInterfaceMethods<Graph_LossOpInterface>]> {
  let arguments = (ins Graph_Tensor:$prediction, Graph_Label:$label);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $prediction `,` $label attr-dict `:` type($prediction) `,` type($label)
  }];
  code common = [{
    void $cppClass::differentiate(::mlc::graph::Gradients &gradients) {
      ::mlc::graph::differentiateLoss(*this, gradients);
    }
    ::mlc::graph::LabelKind $cppClass::getLabelKind() {
      return ::mlc::graph::LabelKind::}] # labelKind # [{;
    }
  }];
}

/// A loss whose labels may be smoothed.
defvar smoothedFormat = [{
  $prediction `,` $label (`smoothing` `(` $smoothing^ `)`)? attr-dict `:`
  type($prediction) `,` type($label)
}];

/// One term an element: predictions and labels of one shape [n, c], where c
/// stands for one to three sizes.
class Graph_ElementLossOp<string opMnemonic, string labelKind = "Real">
    : Graph_LossFunctionOp<opMnemonic, labelKind> {
  let extraClassDefinition = common # [{
    int64_t $cppClass::getTermsPerRow() {
      return ::mlc::graph::knownElements(getPrediction().getType());
    }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> location,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr,
        ::mlir::OpaqueProperties, ::mlir::RegionRange,
        ::llvm::SmallVectorImpl<::mlir::Type> &inferred) {
      return ::mlc::graph::inferElementLoss(context, location, operands,
                                            inferred);
    }
  }];
}

/// One term a class: the logits [n, ..., c] of classes [n, ...].
class Graph_ClassLossOp<string opMnemonic>
    : Graph_LossFunctionOp<opMnemonic, "Class"> {
  let extraClassDefinition = common # [{
    int64_t $cppClass::getTermsPerRow() {
      return ::mlc::graph::knownElements(
          ::llvm::cast<::mlir::ShapedType>(getLabel().getType()));
    }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> location,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr,
        ::mlir::OpaqueProperties, ::mlir::RegionRange,
        ::llvm::SmallVectorImpl<::mlir::Type> &inferred) {
      return ::mlc::graph::inferClassLoss(context, location, operands, inferred);
    }
  }];
}

/// A loss that learns from a teacher as well: alpha is the teacher's share.
class Graph_DistillationArguments<dag first> {
  dag arguments = !con(first, (ins Graph_Tensor:$teacher,
                                   Graph_ShareAttr<"C3">:$alpha,
                                   Graph_PositiveAttr<"C4">:$temperature));
}
defvar distillationFormat = [{
  $prediction `,` $label `,` $teacher `alpha` `(` $alpha `)`
  `temperature` `(` $temperature `)` attr-dict `:`
  type($prediction) `,` type($label) `,` type($teacher)
}];
defvar distillationMethods = [{
  ::mlir::Value buildWithoutTeacher(::mlir::OpBuilder &builder);
}];

def Graph_LossDocs : OpDocGroup {
  let summary = "Losses";
  let description = [{From predictions and labels to their mean loss.}];
}

let opDocGroup = Graph_LossDocs in {

def Graph_BceWithLogitsOp
    : Graph_ElementLossOp<"bce_with_logits", "Binary"> {
  let summary = "binary cross-entropy of logits";
  let description = [{
    The mean over all elements of max(y, 0) - y * t + log(1 + exp(-|y|)), for
    logits y [n, c] and labels t [n, c] in [0, 1].
    Gradient: dy = dl * (sigmoid(y) - t) / (n * c), dt = -dl * y / (n * c).

    With `smoothing(e)`, t * (1 - e) + e / 2 stands for t: a label of 0 or 1 is
    that far from sure.

    Source: torch.nn.BCEWithLogitsLoss.

    Constraints:
    - (C1) logits and labels are dense `tensor<?xCxf32>` of the same shape.
    - (C2) the smoothing is in [0, 1).

    Example:

    ```mlir
    func.func @bce(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
      %s = graph.bce_with_logits %y, %t smoothing(0.1) : tensor<?x1xf32>, tensor<?x1xf32>
      return %s : tensor<f32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$prediction, Graph_Label:$label,
                       OptionalAttr<Graph_FractionAttr<"C2">>:$smoothing);
  let assemblyFormat = smoothedFormat;
}

def Graph_CrossEntropyOp : Graph_ClassLossOp<"cross_entropy"> {
  let summary = "cross-entropy of logits and class labels";
  let description = [{
    The mean over the rows n of log(sum over c of exp(y[n, c])) - y[n, t[n]],
    for logits y [n, c] and classes t [n] from 0.
    Gradient: dy = dl * (softmax(y) - one_hot(t)) / n.

    With `smoothing(e)`, a row's class counts for 1 - e only, and e is shared by
    all its C classes: the term is log(sum over c of exp(y[n, c])) - sum over c
    of q[n, c] * y[n, c] with q = (1 - e) * one_hot(t) + e / C, and
    dy = dl * (softmax(y) - q) / n.

    A row may have several places with a class each: of more than two
    dimensions n stands for all before the last, `tensor<?x8x4xf32>` for
    `tensor<?x8xi32>`.

    Source: torch.nn.CrossEntropyLoss; `label_smoothing` there. It has the
    classes in the second dimension and not in the last.

    Constraints:
    - (C1) the logits are dense, of two to four dimensions, the last of which is
      at least 2.
    - (C2) the labels are i32 and have the logits' dimensions but the last.
    - (C3) the smoothing is in [0, 1).

    Example:

    ```mlir
    func.func @cross_entropy(%y: tensor<?x4xf32>, %t: tensor<?xi32>) -> tensor<f32> {
      %l = graph.cross_entropy %y, %t : tensor<?x4xf32>, tensor<?xi32>
      %s = graph.cross_entropy %y, %t smoothing(0.1) : tensor<?x4xf32>, tensor<?xi32>
      return %s : tensor<f32>
    }
    func.func @classes_of_places(%y: tensor<?x8x4xf32>, %t: tensor<?x8xi32>) -> tensor<f32> {
      %l = graph.cross_entropy %y, %t : tensor<?x8x4xf32>, tensor<?x8xi32>
      return %l : tensor<f32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$prediction, Graph_Label:$label,
                       OptionalAttr<Graph_FractionAttr<"C3">>:$smoothing);
  let assemblyFormat = smoothedFormat;
}

def Graph_MseOp : Graph_ElementLossOp<"mse"> {
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

def Graph_HuberOp : Graph_ElementLossOp<"huber"> {
  let summary = "squares of small errors, multiples of large ones";
  let description = [{
    The mean over all elements of (y - t)^2 / 2 where |y - t| <= delta, and of
    delta * (|y - t| - delta / 2) elsewhere, for predictions y [n, c] and
    targets t [n, c]. Gradient: dy = dl * max(-delta, min(y - t, delta)) /
    (n * c), dt = -dy.

    Source: torch.nn.HuberLoss.

    Constraints:
    - (C1) predictions and targets are dense `tensor<?xCxf32>` of the same
      shape.
    - (C2) delta is finite and above 0.

    Example:

    ```mlir
    func.func @huber(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.huber %y, %t, 1.0 : tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$prediction, Graph_Label:$label,
                       Graph_PositiveAttr<"C2">:$delta);
  let assemblyFormat = [{
    $prediction `,` $label `,` $delta attr-dict `:` type($prediction) `,`
    type($label)
  }];
}

def Graph_MaeOp : Graph_ElementLossOp<"mae"> {
  let summary = "mean absolute error";
  let description = [{
    The mean over all elements of |y - t|, for predictions y [n, c] and targets
    t [n, c]. Gradient: dy = dl * sign(y - t) / (n * c), dt = -dy, both 0 where
    y = t.

    Source: torch.nn.L1Loss.

    Constraints:
    - (C1) predictions and targets are dense `tensor<?xCxf32>` of the same
      shape.

    Example:

    ```mlir
    func.func @mae(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.mae %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
}

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
  let arguments = Graph_DistillationArguments<
      (ins Graph_Tensor:$prediction, Graph_Label:$label)>.arguments;
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
  let arguments = Graph_DistillationArguments<
      (ins Graph_Tensor:$prediction, Graph_Label:$label)>.arguments;
  let assemblyFormat = distillationFormat;
  let extraClassDeclaration = distillationMethods;
  let hasVerifier = 1;
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_LOSSOPS_TD
