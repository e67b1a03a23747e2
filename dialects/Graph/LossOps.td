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
  /// What an op has of its own stands between the first two and the last.
  dag first = (ins Graph_Tensor:$prediction, Graph_Label:$label);
  dag last = (ins Optional<Graph_RowWeights>:$weight);
  let arguments = !con(first, last);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $prediction `,` $label (`weight` `(` $weight^ `)`)? attr-dict `:`
    type($prediction) `,` type($label)
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
  $prediction `,` $label (`smoothing` `(` $smoothing^ `)`)?
  (`weight` `(` $weight^ `)`)? attr-dict `:` type($prediction) `,` type($label)
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

def Graph_LossDocs : OpDocGroup {
  let summary = "Losses";
  let description = [{
    From predictions and labels to their mean loss. Each op may be followed by
    `weight(%w)` with the weights of graph.loss, `tensor<?xf32>`: the terms of row
    n then count w[n] times, and so does their gradient. The loss of B rows is
    (1/B) * sum over n of w[n] * l[n] with l[n] the mean of the row's terms: it is
    not divided by the sum of the weights, so that a row counts equally in each
    batch.
  }];
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
  let arguments = !con(first, (ins OptionalAttr<Graph_FractionAttr<"C2">>:$smoothing), last);
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
  let arguments = !con(first, (ins OptionalAttr<Graph_FractionAttr<"C3">>:$smoothing), last);
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
  let arguments = !con(first, (ins Graph_PositiveAttr<"C2">:$delta), last);
  let assemblyFormat = [{
    $prediction `,` $label `,` $delta (`weight` `(` $weight^ `)`)? attr-dict `:`
    type($prediction) `,` type($label)
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

def Graph_QuantileOp : Graph_ElementLossOp<"quantile"> {
  let summary = "errors weighted by their side: a quantile instead of a mean";
  let description = [{
    The mean over all elements of max(q * e, (q - 1) * e) with e = t - y, for
    predictions y [n, c] and targets t [n, c]. It is least where a share q of
    the targets lies below the prediction: q = 0.5 learns the median, q = 0.9
    what nine of ten do not exceed.
    Gradient: dy = dl * (-q where t > y, 1 - q where t < y, 0.5 - q where they
    are equal) / (n * c), dt = -dy.

    Source: Koenker and Bassett, "Regression Quantiles", Econometrica 46 (1978);
    sklearn.metrics.mean_pinball_loss.

    Constraints:
    - (C1) predictions and targets are dense `tensor<?xCxf32>` of the same
      shape.
    - (C2) q is above 0 and below 1.

    Example:

    ```mlir
    func.func @quantile(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.quantile %y, %t, 0.9 : tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
  let arguments = !con(first, (ins Graph_BetweenAttr<"C2">:$q), last);
  let assemblyFormat = [{
    $prediction `,` $label `,` $q (`weight` `(` $weight^ `)`)? attr-dict `:`
    type($prediction) `,` type($label)
  }];
}

def Graph_PoissonOp : Graph_ElementLossOp<"poisson", "Count"> {
  let summary = "counts: y is the logarithm of their mean";
  let description = [{
    The mean over all elements of exp(y) - t * y, for the logarithms y [n, c] of
    expected counts and counts t [n, c]. Counts are at least 0: data with others
    are refused. It is least where exp(y) is the mean of the counts: the negative
    log-likelihood of a Poisson distribution, without the term of t alone. What is
    predicted is y, and what `eval` says of errors compares y with t: go by the
    loss.
    Gradient: dy = dl * (exp(y) - t) / (n * c), dt = -dl * y / (n * c).

    Source: torch.nn.PoissonNLLLoss.

    Constraints:
    - (C1) predictions and targets are dense `tensor<?xCxf32>` of the same
      shape.

    Example:

    ```mlir
    func.func @poisson(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.poisson %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
}

def Graph_HingeOp : Graph_ElementLossOp<"hinge", "Binary"> {
  let summary = "how far scores fall short of a margin";
  let description = [{
    The mean over all elements of max(0, 1 - s * y) with s = 2 * t - 1, for
    scores y [n, c] and labels t [n, c] of 0 and 1: a score is right by its sign,
    and costs nothing from 1 on. Scores are no logits: a program calls
    sigmoid(y) a probability, which `calibrate` makes one.
    Gradient: dy = dl * (-s where s * y < 1, else 0) / (n * c),
    dt = dl * (-2 * y where s * y < 1, else 0) / (n * c).

    Source: Cortes and Vapnik, "Support-Vector Networks", Machine Learning 20
    (1995); sklearn.metrics.hinge_loss.

    Constraints:
    - (C1) scores and labels are dense `tensor<?xCxf32>` of the same shape.

    Example:

    ```mlir
    func.func @hinge(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.hinge %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
}

def Graph_FocalOp : Graph_ElementLossOp<"focal_with_logits", "Binary"> {
  let summary = "binary cross-entropy that turns to what is still wrong";
  let description = [{
    The mean over all elements of -alpha * t * (1 - p)^gamma * log(p) -
    (1 - alpha) * (1 - t) * p^gamma * log(1 - p) with p = sigmoid(y), for logits
    y [n, c] and labels t [n, c] in [0, 1]. An element whose probability is near
    its label counts little, the less the larger gamma; alpha is the weight of
    label 1, and 1 - alpha that of label 0. With gamma 0 and alpha 0.5 it is
    half of `graph.bce_with_logits`.
    Gradient: with a = -log(p) and b = -log(1 - p),
    dy = dl * ((1 - alpha) * (1 - t) * p^gamma * (gamma * (1 - p) * b + p) -
    alpha * t * (1 - p)^gamma * (gamma * p * a + 1 - p)) / (n * c),
    dt = dl * (alpha * (1 - p)^gamma * a - (1 - alpha) * p^gamma * b) / (n * c).

    Source: Lin, Goyal, Girshick, He and Dollar, "Focal Loss for Dense Object
    Detection", arXiv:1708.02002; torchvision.ops.sigmoid_focal_loss (labels of
    0 and 1).

    Constraints:
    - (C1) logits and labels are dense `tensor<?xCxf32>` of the same shape.
    - (C2) alpha is in [0, 1].
    - (C3) gamma is finite and not negative.

    Example:

    ```mlir
    func.func @focal(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> {
      %l = graph.focal_with_logits %y, %t alpha(0.25) gamma(2.0) : tensor<?x1xf32>, tensor<?x1xf32>
      return %l : tensor<f32>
    }
    ```
  }];
  let arguments = !con(first, (ins Graph_ShareAttr<"C2">:$alpha, Graph_NotNegativeAttr<"C3">:$gamma), last);
  let assemblyFormat = [{
    $prediction `,` $label `alpha` `(` $alpha `)` `gamma` `(` $gamma `)`
    (`weight` `(` $weight^ `)`)? attr-dict `:` type($prediction) `,` type($label)
  }];
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_LOSSOPS_TD
