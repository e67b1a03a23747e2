//===- ProgramOps.td - The frame of a model file -------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_PROGRAMOPS_TD
#define MLC_DIALECTS_GRAPH_PROGRAMOPS_TD

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/Graph/GraphAttrs.td"

class Graph_Op<string opMnemonic, list<Trait> traits = []>
    : Op<Graph_Dialect, opMnemonic, traits>;

def Graph_Tensor : RankedTensorOf<[F32]>;
/// What every op but graph.linear takes; the number is that of the op's text.
def Graph_Dense : Type<And<[Graph_Tensor.predicate,
    CPred<"!::mlc::graph::isCsr($_self)">]>,
    "a dense tensor of 32-bit float values (C1; only graph.linear takes "
    # "#graph.csr)", "::mlir::RankedTensorType">;
/// A number of an op, in C++ `x`; `constraint` is its number in the op's text.
class Graph_NumberAttr<string condition, string words, string constraint>
    : ConfinedAttr<F64Attr, [AttrConstraint<CPred<
        "[](double x) { return " # condition # "; }("
        # "::llvm::cast<::mlir::FloatAttr>($_self).getValueAsDouble())">,
        "whose value is " # words # " (" # constraint # ")">]>;
class Graph_FiniteAttr<string constraint>
    : Graph_NumberAttr<"std::isfinite(x)", "finite", constraint>;
class Graph_PositiveAttr<string constraint>
    : Graph_NumberAttr<"std::isfinite(x) && x > 0", "finite and above 0",
        constraint>;
class Graph_FractionAttr<string constraint>
    : Graph_NumberAttr<"x >= 0 && x < 1", "in [0, 1)", constraint>;
class Graph_ShareAttr<string constraint>
    : Graph_NumberAttr<"x >= 0 && x <= 1", "in [0, 1]", constraint>;
class Graph_BetweenAttr<string constraint>
    : Graph_NumberAttr<"x > 0 && x < 1", "above 0 and below 1", constraint>;
class Graph_NotNegativeAttr<string constraint>
    : Graph_NumberAttr<"std::isfinite(x) && x >= 0", "finite and not negative",
        constraint>;
def Graph_Label : RankedTensorOf<[F32, I32]>;
/// How much each row of a batch counts. Being one type, it is not written.
def Graph_RowWeights : Type<CPred<
        "$_self == ::mlir::RankedTensorType::get({::mlir::ShapedType::kDynamic}, "
        "::mlir::Float32Type::get($_self.getContext()))">,
      "tensor<?xf32>", "::mlir::RankedTensorType">,
    BuildableType<"::mlir::RankedTensorType::get("
        "{::mlir::ShapedType::kDynamic}, $_builder.getF32Type())">;
/// A row-scaled matrix of whole numbers, and its scales.
def Graph_Quantized : RankedTensorOf<[I8, I<4>]>;
def Graph_Scales : RankedTensorOf<[F16]>;
def Graph_Stored : RankedTensorOf<[F32, F16, I8, I<4>]>;

def Graph_FrameDocs : OpDocGroup {
  let summary = "Frame";
  let description = [{The parts of a model file.}];
}

let opDocGroup = Graph_FrameDocs in {

def Graph_ProgramOp : Graph_Op<"program",
    [HasParent<"::mlir::ModuleOp">, Symbol, IsolatedFromAbove, SingleBlock, NoTerminator, NoRegionArguments]> {
  let summary = "a model: parameters, prediction, loss, descent";
  let description = [{
    The frame of a model file.

    Constraints:
    - (C1) there is exactly one `graph.predict`, one `graph.loss` and one
      `graph.train`.
    - (C2) there is at least one parameter, and no two have the same name.
    - (C3) the loss takes what the prediction yields.
    - (C4) the loss depends on every parameter that is neither `frozen` nor
      `running`.
    - (C5) nothing else stands in it.
    - (C6) a parameter of `i8`, `i4` or `f16` is used by one `graph.dequantize`
      alone, whose operands are both parameters, the scales called as the
      numbers with `.scale` behind; and what that gives is the weight of one
      `graph.linear` of `#graph.csr` examples.
    - (C7) not all parameters are `frozen` or `running`.
    - (C8) with an optimiser that is `lazy`, a parameter whose only use is as the
      weight of `graph.linear` on `#graph.csr` examples has no `weight_decay` and
      no `l1` above 0, of its own or of `graph.train`, which would change every
      row.
    - (C9) the mean and the variance of `graph.batch_norm` are two parameters,
      both `running`, each of which nothing else uses, or both `frozen`; it is
      the compiler that says `by_batch`. Nothing else uses a parameter that is
      `running`, and something does.
    - (C10) `batch` is 2 or more where a parameter is `running`: the statistics of
      a batch are kept in it, and one row has none.
    - (C11) with an optimiser that has no weight decay (`ftrl`), no parameter has
      a `weight_decay`.

    Example:

    ```mlir
    graph.program @line {
      %w = graph.parameter "weight" normal(0.1) : tensor<3x1xf32>
      graph.predict(%x: tensor<?x3xf32>) {
        %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
        graph.yield %y : tensor<?x1xf32>
      }
      graph.loss(%y: tensor<?x1xf32>, %target: tensor<?x1xf32>) {
        %l = graph.mse %y, %target : tensor<?x1xf32>, tensor<?x1xf32>
        graph.yield %l : tensor<f32>
      }
      graph.train sgd(learning_rate = 0.1) batch(8) epochs(3)
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlc::graph::PredictOp getPredict();
    ::mlc::graph::LossOp getLoss();
    ::mlc::graph::TrainOp getTrain();
    ::llvm::SmallVector<::mlc::graph::ParameterOp> getParameters();
    /// The op of graph.loss that uses the labels.
    ::mlc::graph::LossOpInterface getLossFunction();
    /// Whether a parameter is one of whole numbers, which are not trained.
    bool isQuantized();
  }];
}

def Graph_ParameterOp : Graph_Op<"parameter", [HasParent<"ProgramOp">]> {
  let summary = "a tensor that training changes, or that a file has";
  let description = [{
    Its name is its name in weights files. Its initialiser is one of `zeros`,
    `constant(c)`, `uniform(b)`, `uniform_fan_in`, `normal(s)`; or `stored` of
    what `graph.dequantize` reads, which no training makes: only a weights file
    has it, and a program with such a parameter does not train.

    With `keep_zeros`, an element that is 0 stays 0 whatever its gradient: the
    zeros of the weights that training starts from (`train --init`) are the mask
    of a pruned weight, as `mlc compress --prune` makes one. They are computed
    with like other elements.

    A `frozen` parameter keeps the value that training starts from (`train
    --init`): its gradient is not computed, it has no state, and nothing decays
    it. With `rate(r)` the parameter's learning rate is r times the step's, and
    with `weight_decay(d)` d stands in the place of the optimiser's own: what
    PyTorch's parameter groups say. Likewise `l1(x)` stands in the place of the
    `l1` of `graph.train` or of `ftrl`; with `l1(0)` a bias has no penalty.

    A `running` parameter has statistics of the batches trained on, which
    `graph.batch_norm` keeps: training changes it, but not by a gradient, and it
    has no state (one of PyTorch's buffers). Weights files and checkpoints have it
    as they have any other.

    Constraints:
    - (C1) one to four dimensions, each known and above 0, of `f32`, or of `i8`,
      `i4` or `f16`; no encoding.
    - (C2) fewer than 2^31 elements.
    - (C3) the name is not empty, holds printable ASCII characters only, and is
      not `__metadata__`.
    - (C4) the initialiser's number is finite and, but for `constant`, not
      negative.
    - (C5) the initialiser is `stored` where the elements are not `f32`, and only
      there.
    - (C6) `keep_zeros` only of `f32` elements, and with an initialiser that
      gives other numbers than 0, since nothing would change those.
    - (C7) `frozen`, `running`, `rate`, `weight_decay` and `l1` only of `f32`
      elements, and `frozen` and `running` neither together nor with
      `keep_zeros`, `rate`, `weight_decay` or `l1`, which say how a parameter is
      trained.
    - (C8) the number of `rate` is finite and above 0.
    - (C9) the numbers of `weight_decay` and `l1` are finite and not negative.

    Example:

    ```mlir
    graph.program @parameters {
      %w = graph.parameter "layer1.weight" uniform_fan_in : tensor<1000x128xf32>
      %b = graph.parameter "layer1.bias" zeros : tensor<128xf32>
      graph.predict(%x: tensor<?x1000xf32>) {
        %y = graph.linear %x, %w, %b : tensor<?x1000xf32>, tensor<1000x128xf32>, tensor<128xf32>
        graph.yield %y : tensor<?x128xf32>
      }
      graph.loss(%y: tensor<?x128xf32>, %target: tensor<?x128xf32>) {
        %l = graph.mse %y, %target : tensor<?x128xf32>, tensor<?x128xf32>
        graph.yield %l : tensor<f32>
      }
      graph.train sgd(learning_rate = 0.1) batch(8) epochs(3)
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, Graph_InitializerAttr:$initializer,
                       UnitAttr:$keepZeros, UnitAttr:$frozen,
                       UnitAttr:$running,
                       OptionalAttr<F64Attr>:$rate,
                       OptionalAttr<F64Attr>:$weightDecay,
                       OptionalAttr<F64Attr>:$l1);
  let results = (outs Graph_Stored:$value);
  let assemblyFormat = [{
    custom<Name>($name) custom<Initializer>($initializer) ``
    custom<HowTrained>($keepZeros, $frozen, $running, $rate, $weightDecay, $l1)
    attr-dict `:` type($value)
  }];
  let extraClassDeclaration = [{
    /// Whether an optimiser changes it, by a gradient. Not so of a quantised
    /// one, whose program has no training step.
    bool isTrained() { return !getFrozen() && !getRunning(); }
  }];
  let hasVerifier = 1;
}

class Graph_RegionOp<string opMnemonic>
    : Graph_Op<opMnemonic, [HasParent<"ProgramOp">,
        SingleBlockImplicitTerminator<"YieldOp">]> {
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
}

def Graph_PredictOp : Graph_RegionOp<"predict"> {
  let summary = "what the model answers";
  let description = [{
    From a batch of examples to a batch of answers, one row each: the logit or
    logits of a classifier, the values of a regression.

    Constraints:
    - (C1) one argument, `tensor<?xKxf32>` with 0 < K < 2^31, dense or
      `#graph.csr`. Where it is dense, K may be up to three sizes, as in
      `tensor<?x28x28xf32>`: a data set's row holds their elements one after
      another. With `#graph.sizes` the first of them is what the data set has.
    - (C2) it yields one `tensor<?xCxf32>` with 0 < C < 2^31, dense; C may be up
      to three sizes, too.
    - (C3) it holds operations of the graph dialect only.

    Example: see `graph.program`.
  }];
}

def Graph_LossOp : Graph_RegionOp<"loss"> {
  let summary = "what training makes small";
  let description = [{
    From the prediction and the labels of a batch to one number, the mean over
    the examples. Two more arguments may follow. One, `tensor<?xf32>`, is how much
    each example counts: the data set's `weights`, 1 where it has none, in
    training times the factors of `--class-weight`. The other, of the prediction's
    type, is what a teacher, another model, answered to each example: training
    has it from the data set's `teacher`, evaluation tells the loss without it.

    Constraints:
    - (C1) two to four arguments: the prediction; the labels, which are
      `tensor<?xCxf32>`, where C may be up to three sizes, or for classes
      `tensor<?xi32>`, with up to two known sizes more where a row has several
      places with a class each; weights, `tensor<?xf32>`; the teacher, of the
      prediction's type.
    - (C2) it yields one `tensor<f32>`.
    - (C3) the labels are used by exactly one loss op, which decides what they
      mean (see `mlc data`).
    - (C4) it holds operations of the graph dialect only.
    - (C5) the loss op that uses the labels, and no other op, uses the teacher,
      as its teacher; without such an argument no op takes a teacher.
    - (C6) the loss op that uses the labels, and no other op, uses the weights,
      as its weight; without such an argument no op takes weights.

    Example: see `graph.program`; with a teacher:

    ```mlir
    graph.program @pupil {
      %w = graph.parameter "weight" normal(0.1) : tensor<3x1xf32>
      graph.predict(%x: tensor<?x3xf32>) {
        %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
        graph.yield %y : tensor<?x1xf32>
      }
      graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>, %teacher: tensor<?x1xf32>) {
        %l = graph.distill_bce %y, %label, %teacher alpha(0.5) temperature(1.0) : tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x1xf32>
        graph.yield %l : tensor<f32>
      }
      graph.train sgd(learning_rate = 0.1) batch(8) epochs(3)
    }
    ```
  }];
  let extraClassDeclaration = [{
    /// What each row counts and what a teacher answers; null where the loss has
    /// none.
    ::mlir::BlockArgument getWeights();
    ::mlir::BlockArgument getTeacher();
  }];
}

def Graph_TrainOp : Graph_Op<"train", [HasParent<"ProgramOp">]> {
  let summary = "how training descends";
  let description = [{
    The optimiser with its settings (see Attributes), the rows of a batch, how
    many times the data is seen, and how the learning rate changes meanwhile;
    without a `schedule` it stays. A run may say otherwise of the epochs, of the
    optimiser's learning rate and of the schedule.

    With `clip_norm(c)`, all gradients are multiplied by min(1, c / (n + 1e-6)),
    where n is the Euclidean norm of the gradients of all parameters together
    (PyTorch's `clip_grad_norm_`); the run tells n. With `clip_value(c)`, each
    element of each gradient is brought into [-c, c].

    With `accumulate(n)`, parameters change after each n steps only, by the mean
    of these steps' gradients, which is then clipped: it is as if batches had n
    times as many rows, but for the memory that these need. It goes on from one
    epoch to the next. What has come together when the run ends, of fewer than n
    steps, changes nothing.

    With `l1(x)`, after each update w <- sign(w) * max(|w| - r * x, 0) with r the
    parameter's learning rate in this step: the proximal step of x times the sum
    of all |w|, which makes elements 0 exactly. With the optimiser's
    `weight_decay` beside it, it is the elastic net.

    With `ema(d)`, an average e of each parameter w is kept beside it: w after the
    first update, and e <- d * e + (1 - d) * w after each later one. Evaluation
    and what is saved has e in the place of w; training goes on from w
    (torch.optim.swa_utils.AveragedModel with get_ema_avg_fn(d)).

    With `private(clip = C)` training is differentially private (DP-SGD): it
    bounds what a step learns of any one row of the data, and adds noise that
    hides what is left, of which `PROGRAM train --epsilon` says how much. A step
    takes each of the data set's N rows with probability B / N, where B is
    `batch`, independently of all others. The gradient of a row's own loss by
    all parameters together is multiplied by min(1, C / its norm), or by 0 where
    the norm is not finite, and the step descends along (their sum + noise) / B.
    More than B rows are summed part after part. Between the data and the loss
    there must be only ops that keep rows apart, and each parameter's use must
    be one of which the norm is known (`mlc-private`). It is for CPUs.
    Source: Abadi et al., "Deep Learning with Differential Privacy",
    arXiv:1607.00133.

    Constraints:
    - (C1) `batch` is from 1 to 1048576.
    - (C2) `epochs` is from 1 to 1000000.
    - (C3) the number of `clip_norm` and of `clip_value` is finite and above 0.
    - (C4) the number of `accumulate` is from 1 to 1048576.
    - (C5) `accumulate` not with an optimiser that is `lazy`: rows that one batch
      touches would have to wait for those that others touch.
    - (C6) not both of `clip_norm` and `clip_value`.
    - (C7) the number of `l1` is finite and above 0.
    - (C8) `l1` not with an optimiser that has one of its own (`ftrl`).
    - (C9) the number of `ema` is above 0 and below 1.
    - (C10) no `schedule` but a constant one without warm-up with `ftrl`: weights
      are in proportion to its rate, which falls by itself.
    - (C11) the clip of `private` is finite and above 0.
    - (C12) `private` not with `clip_norm`, `clip_value` or `accumulate`: it clips
      each row's gradient, and sums as many rows as there are.
    - (C13) `private` not with an optimiser that is `lazy`: which rows of a
      parameter change would tell which columns the batch has.

    Example: see `graph.program`; with all settings:
    `graph.train sgd(learning_rate = 0.1, momentum = 0.9, nesterov = true,
    weight_decay = 1.0e-4) batch(32) epochs(5) schedule(cosine, warmup = 0.1)
    clip_norm(1.0) accumulate(4) l1(1.0e-5) ema(0.999)`; private:

    ```mlir
    graph.program @private {
      %w = graph.parameter "weight" zeros : tensor<1000x1xf32>
      graph.predict(%x: tensor<?x1000xf32, #graph.csr>) {
        %y = graph.linear %x, %w : tensor<?x1000xf32, #graph.csr>, tensor<1000x1xf32>
        graph.yield %y : tensor<?x1xf32>
      }
      graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
        %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
        graph.yield %l : tensor<f32>
      }
      graph.train sgd(learning_rate = 0.6, momentum = 0.9) batch(2048) epochs(20) private(clip = 0.5)
    }
    ```
  }];
  let arguments = (ins Graph_OptimizerAttrInterface:$optimizer,
                       I64Attr:$batch, I64Attr:$epochs,
                       OptionalAttr<Graph_ScheduleAttr>:$schedule,
                       OptionalAttr<F64Attr>:$clipNorm,
                       OptionalAttr<F64Attr>:$clipValue,
                       OptionalAttr<I64Attr>:$accumulate,
                       OptionalAttr<F64Attr>:$l1,
                       OptionalAttr<F64Attr>:$ema,
                       OptionalAttr<F64Attr>:$privateClip);
  let assemblyFormat = [{
    custom<Optimizer>($optimizer) `batch` `(` $batch `)`
    `epochs` `(` $epochs `)` ``
    custom<Descent>($schedule, $clipNorm, $clipValue, $accumulate, $l1, $ema,
                    $privateClip)
    attr-dict
  }];
  let extraClassDeclaration = [{
    /// The optimiser and what stands behind its update, as in a model file:
    /// `sgd(learning_rate = 0.1, ...) l1(0.01) ema(0.9)`.
    std::string getOptimizerText();
    /// Steps whose gradients make one update of the parameters, at least 1.
    int64_t getStepsOfUpdate() {
      return getAccumulateAttr() ? getAccumulateAttr().getInt() : 1;
    }
  }];
  let hasVerifier = 1;
}

def Graph_YieldOp : Graph_Op<"yield",
    [Pure, Terminator, ParentOneOf<["PredictOp", "LossOp"]>]> {
  let summary = "the result of a region";
  let description = [{
    Example: see `graph.program`.
  }];
  let arguments = (ins Optional<Graph_Tensor>:$value);
  // The implicit terminator of an empty region, which the verifier rejects.
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, ::mlir::Value()); }]>];
  let assemblyFormat = "($value^ `:` type($value))? attr-dict";
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_PROGRAMOPS_TD
