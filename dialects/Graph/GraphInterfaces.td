//===- GraphInterfaces.td - What graph ops can be asked -----*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_GRAPHINTERFACES_TD
#define MLC_DIALECTS_GRAPH_GRAPHINTERFACES_TD

include "mlir/IR/OpBase.td"

def Graph_DifferentiableOpInterface
    : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    An op that reverse-mode differentiation can pass through. The op has one
    result. Its rule stands beside its semantics and is all that the engine
    (`lib/Autodiff`) knows of it.
  }];
  let methods = [
    InterfaceMethod<[{
        Adds this op's share to the gradients of its operands:
        `gradients.add(operand, contribution)` for each operand of which
        `gradients.wants(operand)` holds. `gradients.ofResult()` is the
        gradient of the loss with respect to the result.
      }],
      "void", "differentiate", (ins "::mlc::graph::Gradients &":$gradients)>
  ];
}

def Graph_AffineOpInterface : OpInterface<"AffineOpInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    An op whose result, where its operands move along a straight line, moves
    along a straight line as well. Its gradient rule, which
    DifferentiableOpInterface has, uses no value that depends on the data, and
    so is the same everywhere on the line.
  }];
  let methods = [
    InterfaceMethod<[{
        The op of other operands, built where `builder` stands. An operand may
        be null where the op's own is a `#graph.csr` batch: one of as many rows
        that has no entries.
      }],
      "::mlir::Value", "buildWith", (ins "::mlir::OpBuilder &":$builder,
                                         "::mlir::ValueRange":$operands),
      [{}], /*defaultImplementation=*/[{
        ::mlir::Operation *copy = builder.clone(*$_op.getOperation());
        copy->setOperands(operands);
        return copy->getResult(0);
      }]>
  ];
}

def Graph_CurvedOpInterface : OpInterface<"CurvedOpInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    An op that is not affine, but whose derivative has a mean in closed form
    while its operands move along a straight line. It is what the gradients of
    `PROGRAM explain` are made of (lib/Autodiff, PathMode): with the mean in
    the place of the derivative, a change of the operand times the gradient is
    exactly the change of the result.
  }];
  let methods = [
    InterfaceMethod<[{
        As DifferentiableOpInterface's `differentiate`, with the mean of the
        derivative between the values that `ends` has of the operands.
      }],
      "void", "differentiateAlong", (ins "::mlc::graph::Gradients &":$gradients,
                                         "::mlc::graph::PathEnds &":$ends)>
  ];
}

def Graph_CompositeOpInterface : OpInterface<"CompositeOpInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    An op that is a short way to write other ops, of which it has all that it
    does not have itself:

    - its lowering: `decompose` in place of the op;
    - its gradient, unless the op has DifferentiableOpInterface: that of the
      decomposition, which is put in its place before differentiation;
    - its reference interpretation, unless lib/Reference has its formula;
    - the bound of its rounding error in lib/Check.
  }];
  let methods = [
    InterfaceMethod<[{
        The op's result, built as `arith` and `math` ops on whole tensors and
        primitives of the graph dialect, where `builder` stands.
      }],
      "::mlir::Value", "decompose", (ins "::mlir::OpBuilder &":$builder)>
  ];
}

def Graph_LossOpInterface : OpInterface<"LossOpInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    An op that says how far a batch's predictions are from its labels: the mean
    of terms, one an element of the prediction or one a row. It is the only op
    of a `graph.loss` that uses the labels, and decides what they mean. Its
    lowering, its gradient, its reference interpretation, its rounding bound and
    the program's label kind are made of these methods.
  }];
  let methods = [
    InterfaceMethod<"What labels are, and so what a prediction answers.",
      "::mlc::graph::LabelKind", "getLabelKind">,
    InterfaceMethod<"How many terms a row of the prediction has.",
      "int64_t", "getTermsPerRow">,
    InterfaceMethod<[{
        The terms whose mean is the loss, [n, c] or [n], as `arith` and `math`
        ops on whole tensors and primitives of the graph dialect.
      }],
      "::mlir::Value", "buildTerms", (ins "::mlir::OpBuilder &":$builder)>,
    InterfaceMethod<[{
        The derivative of the sum of all terms with respect to the prediction,
        of the prediction's shape.
      }],
      "::mlir::Value", "buildPredictionGradient",
      (ins "::mlir::OpBuilder &":$builder)>,
    InterfaceMethod<[{
        The same with respect to the labels; null where labels are classes.
      }],
      "::mlir::Value", "buildLabelGradient",
      (ins "::mlir::OpBuilder &":$builder)>,
    InterfaceMethod<[{
        How much each row of the batch counts, f32 [n]; null where all count 1.
        The loss is the mean of the terms, each times its row's weight.
      }],
      "::mlir::Value", "getWeight">,
    InterfaceMethod<[{
        What another model answers, where the loss learns from that as well;
        null for losses that do not.
      }],
      "::mlir::Value", "getTeacher", (ins), "", "return ::mlir::Value();">,
    InterfaceMethod<[{
        The loss by the labels alone, which evaluation tells; null where there
        is no teacher.
      }],
      "::mlir::Value", "buildWithoutTeacher",
      (ins "::mlir::OpBuilder &":$builder), "", "return ::mlir::Value();">
  ];
  let extraClassDeclaration = [{
    /// `values` [n, ...], one for each term or prediction, each times its row's
    /// weight.
    ::mlir::Value buildWeighted(::mlir::OpBuilder &builder,
                                ::mlir::Value values);
    /// [n, c].
    ::mlir::Value getPrediction() { return getOperation()->getOperand(0); }
    /// [n, c], or [n] for classes.
    ::mlir::Value getLabel() { return getOperation()->getOperand(1); }
    /// How many terms the batch has, as an f32 scalar: its rows, counted at run
    /// time, times the terms of a row.
    ::mlir::Value buildTermCount(::mlir::OpBuilder &builder);
  }];
}

def Graph_RandomOpInterface : OpInterface<"RandomOpInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    An op that draws random numbers in training and does something else, or
    nothing, otherwise. In a model it has no key; the training step gives it
    one.
  }];
  let methods = [
    InterfaceMethod<[{
        Makes the op draw: numbers are keyed by `seed` (i64) and `site`, which
        tells the random ops of a program apart, and indexed by the example's
        place in the whole run, which for the batch's first is `position`
        (i64).
      }],
      "void", "setKey", (ins "::mlir::Value":$seed, "::mlir::Value":$position,
                             "int64_t":$site)>
  ];
}

def Graph_MixesRowsOpInterface : OpInterface<"MixesRowsOpInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    An op whose result for a row depends, in training, on the other rows of the
    batch: it computes with statistics of the batch, and keeps running ones in
    parameters that are `running`. Evaluation, prediction and explanation
    compute with those, each row by itself. The training step replaces the one by
    the other. What needs rows that do not depend on one another, such as
    gradients of single examples, asks `mixesRows`.
  }];
  let methods = [
    InterfaceMethod<"The operands that are running statistics.",
      "::llvm::SmallVector<::mlir::Value>", "getStatistics">,
    InterfaceMethod<[{
        Makes the op compute with statistics of the batch, as training does.
      }],
      "void", "setByBatch">,
    InterfaceMethod<[{
        What the running statistics are after a step, one for each of
        `getStatistics`, of the op that computes with those of the batch.
      }],
      "::llvm::SmallVector<::mlir::Value>", "buildStatistics",
      (ins "::mlir::OpBuilder &":$builder)>
  ];
  let extraClassDeclaration = [{
    /// Whether the op, which stands in a graph.program, does so in training: not
    /// where its statistics are `frozen` parameters.
    bool mixesRows();
  }];
}

def Graph_OptimizerAttrInterface : AttrInterface<"OptimizerAttrInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    A rule of descent. It says which state it keeps beside each parameter
    (of the parameter's shape, zero at first) and how one step changes them.
  }];
  let methods = [
    InterfaceMethod<"The states' names, e.g. `exp_avg`; PyTorch's words.",
      "::llvm::SmallVector<::llvm::StringRef>", "getStateNames">,
    InterfaceMethod<[{
        Builds the new parameter and the new states of one step as primitive
        ops.
      }],
      "::mlc::graph::OptimizerResult", "buildUpdate",
      (ins "const ::mlc::graph::OptimizerStep &":$step)>,
    // What follows is generated from the attribute's settings in GraphAttrs.td.
    InterfaceMethod<"The word that names it in a model file.",
      "::llvm::StringRef", "getName">,
    InterfaceMethod<"The learning rate unless the run gives another.",
      "double", "getDefaultLearningRate">,
    InterfaceMethod<"What can be set, in the order in which it is printed.",
      "::llvm::ArrayRef<::mlc::graph::Setting>", "getSettings">,
    InterfaceMethod<"The settings' values in that order; of a switch 0 or 1.",
      "::llvm::SmallVector<double>", "getValues">
  ];
  let extraClassDeclaration = [{
    /// Whether there is a setting called `name`.
    bool hasSetting(::llvm::StringRef name) const;
    /// The same where the setting `name`, which is one of it, is `value`: for a
    /// parameter with a weight decay or an l1 of its own. Not lazy where a weight
    /// decay is above 0. `value` is finite and not negative.
    ::mlc::graph::OptimizerAttrInterface
    withSetting(::llvm::StringRef name, double value) const;
    /// Whether it changes only rows that a batch touches, and what it does to
    /// others would be something else: adam(lazy).
    bool isLazy() const;
    /// As written in a model file: `sgd(learning_rate = 0.1, ...)`.
    std::string getText() const;
  }];
}

#endif // MLC_DIALECTS_GRAPH_GRAPHINTERFACES_TD
