//===- GraphAttrs.td - Encodings, initialisers, optimisers ---*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_GRAPHATTRS_TD
#define MLC_DIALECTS_GRAPH_GRAPHATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/TensorEncoding.td"
include "mlir/IR/EnumAttr.td"
include "dialects/Graph/Graph.td"
include "dialects/Graph/GraphInterfaces.td"

class Graph_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Graph_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Graph_CsrAttr : Graph_Attr<"Csr", "csr",
    [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "rows that store only their non-zeros";
  let description = [{
    The encoding of a sparse matrix by rows (CSR), as in
    `tensor<?x1000xf32, #graph.csr>`.

    Constraints:
    - (C1) the tensor has two dimensions and `f32` elements.
  }];
}

def Graph_SizesAttr : Graph_Attr<"Sizes", "sizes",
    [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "a size beside the batch's that data sets may differ in";
  let description = [{
    The encoding of a tensor whose second size is not known when the program is
    compiled, with the most that it may be: `tensor<?x?x8xf32, #graph.sizes<"steps"
    max 64>>` has for each example up to 64 steps of 8 numbers. All examples of a
    data set have as many; another data set may have more or fewer. Sizes of one
    name are the same.

    Constraints:
    - (C1) the tensor has three or four dimensions and `f32` elements, or `i1`
      where these are compared; its first two sizes are `?`, and no others.
    - (C2) the most is from 1 to 1048576.
  }];
  let parameters = (ins "::mlir::StringAttr":$name, "int64_t":$most);
  let assemblyFormat = "`<` $name `max` $most `>`";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Initialisers
//===----------------------------------------------------------------------===//

def Graph_InitializerKind : I32EnumAttr<"InitializerKind",
    "how a parameter starts", [
      I32EnumAttrCase<"Zeros", 0, "zeros">,
      I32EnumAttrCase<"Constant", 1, "constant">,
      I32EnumAttrCase<"Uniform", 2, "uniform">,
      I32EnumAttrCase<"UniformFanIn", 3, "uniform_fan_in">,
      I32EnumAttrCase<"Normal", 4, "normal">,
      I32EnumAttrCase<"Stored", 5, "stored">,
    ]> {
  let cppNamespace = "::mlc::graph";
}

def Graph_InitializerAttr : Graph_Attr<"Initializer", "initializer"> {
  let summary = "a parameter's first value";
  let description = [{
    | written | value |
    |---|---|
    | `zeros` | 0 |
    | `constant(c)` | c |
    | `uniform(b)` | uniform in [-b, b) |
    | `uniform_fan_in` | uniform in +-1/sqrt(fan_in), where fan_in is the product of all dimensions but the last, and of a vector its length: PyTorch's default for the weights of a linear layer |
    | `normal(s)` | normal, mean 0, standard deviation s |
    | `stored` | none: only a weights file has it, as `mlc compress --bits` writes them |
  }];
  let parameters = (ins EnumParameter<Graph_InitializerKind>:$kind,
                        "::mlc::graph::Number":$value);
  let assemblyFormat = "`<` $kind `,` $value `>`";
}

//===----------------------------------------------------------------------===//
// Optimisers
//===----------------------------------------------------------------------===//

/// One setting of an optimiser: how a model file writes it, and what it is where
/// it is not written. `otherwise` is empty where it must be written.
class Graph_Setting<string settingName, string settingKind, string cppType,
                    string otherwise, AttrOrTypeParameter param> {
  string name = settingName;
  string type = cppType;
  AttrOrTypeParameter parameter = param;
  string entry = "{\"" # settingName # "\", ::mlc::graph::Setting::"
      # settingKind # ", " # !if(!empty(otherwise), "std::nullopt", otherwise)
      # "}";
}

/// `name = 0.1`, which must be written, or may be.
class Graph_Required<string name>
    : Graph_Setting<name, "Number", "::mlc::graph::Number", "",
        AttrParameter<"::mlc::graph::Number", "">>;
class Graph_Number<string name, string otherwise>
    : Graph_Setting<name, "Number", "::mlc::graph::Number", otherwise,
        DefaultValuedParameter<"::mlc::graph::Number", otherwise>>;
/// `name = true`, printed only where it is; or the word alone.
class Graph_Switch<string name>
    : Graph_Setting<name, "Switch", "bool", "0.0",
        DefaultValuedParameter<"bool", "false">>;
class Graph_Word<string name>
    : Graph_Setting<name, "Word", "bool", "0.0",
        DefaultValuedParameter<"bool", "false">>;

/// Everything that is known of an optimiser but for its update: a model file's
/// parser and printer (OptimizerSyntax.cpp) go by `settings` alone. `rate` is the
/// one that is the learning rate.
class Graph_Optimizer<string name, string attrMnemonic,
                      list<Graph_Setting> settings,
                      string rate = "learning_rate">
    : Graph_Attr<name, attrMnemonic,
        [DeclareAttrInterfaceMethods<Graph_OptimizerAttrInterface>]> {
  let parameters = !dag(ins, !foreach(setting, settings, setting.parameter),
                        !foreach(setting, settings, setting.name));
  let genVerifyDecl = 1;
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    static constexpr ::mlc::graph::Setting kSettings[] = {}]
      # !interleave(!foreach(setting, settings, setting.entry), ", ")
      # [{};
    /// From a value a setting, in the order of kSettings; null, with an error,
    /// where they do not verify.
    static ::mlir::Attribute
    getFromValues(::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError,
                  ::mlir::MLIRContext *context, ::llvm::ArrayRef<double> values);
  }];
  let extraClassDefinition = [{
    ::llvm::StringRef $cppClass::getName() const { return getMnemonic(); }
    double $cppClass::getDefaultLearningRate() const {
      return getImpl()->}] # rate # [{;
    }
    ::llvm::ArrayRef<::mlc::graph::Setting> $cppClass::getSettings() const {
      return kSettings;
    }
    ::llvm::SmallVector<double> $cppClass::getValues() const {
      return {}]
      # !interleave(!foreach(setting, settings,
          "static_cast<double>(getImpl()->" # setting.name # ")"), ", ")
      # [{};
    }
    ::mlir::Attribute $cppClass::getFromValues(
        ::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError,
        ::mlir::MLIRContext *context, ::llvm::ArrayRef<double> values) {
      return getChecked(emitError, context, }]
      # !interleave(!foreach(index, !range(!size(settings)),
          "static_cast<" # settings[index].type # ">(values[" # index # "])"),
          ", ")
      # [{);
    }
  }];
}

def Graph_SgdAttr : Graph_Optimizer<"Sgd", "sgd", [
    Graph_Required<"learning_rate">, Graph_Number<"momentum", "0.0">,
    Graph_Number<"weight_decay", "0.0">, Graph_Switch<"nesterov">]> {
  let summary = "stochastic gradient descent";
  let description = [{
    With gradient g, parameter w, state b (`momentum_buffer`, only where
    momentum is not 0):

        g <- g + weight_decay * w
        b <- momentum * b + g
        g <- nesterov ? g + momentum * b : b
        w <- w - learning_rate * g

    Source: torch.optim.SGD (dampening 0).

    Constraints:
    - (C1) `learning_rate`, `weight_decay` are finite and not negative.
    - (C2) `momentum` is in [0, 1).
    - (C3) `nesterov` needs a momentum above 0.
  }];
}

class Graph_AdamSettings<string decay> {
  list<Graph_Setting> settings = [
    Graph_Required<"learning_rate">, Graph_Number<"beta1", "0.9">,
    Graph_Number<"beta2", "0.999">, Graph_Number<"epsilon", "1.0e-8">,
    Graph_Number<"weight_decay", decay>];
}

def Graph_AdamAttr : Graph_Optimizer<"Adam", "adam",
    !listconcat([Graph_Word<"lazy">], Graph_AdamSettings<"0.0">.settings)> {
  let summary = "Adam";
  let description = [{
    With gradient g, parameter w, states m (`exp_avg`) and v (`exp_avg_sq`),
    step number t from 1:

        g <- g + weight_decay * w
        m <- beta1 * m + (1 - beta1) * g
        v <- beta2 * v + (1 - beta2) * g * g
        w <- w - learning_rate / (1 - beta1^t) * m
                 / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)

    With `lazy`, a parameter whose only use is as the weight of `graph.linear`
    on `#graph.csr` data is changed only in the rows whose column of the data
    has an entry in the batch; w, m and v keep all other rows, and

        w <- w - learning_rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m
                 / (sqrt(v) + epsilon)

    A step then costs as much as the batch has entries, whatever the number of
    features. Every other parameter is changed as without `lazy`.

    Source: Kingma and Ba, arXiv:1412.6980; torch.optim.Adam; with `lazy`,
    torch.optim.SparseAdam.

    Constraints:
    - (C1) `learning_rate`, `weight_decay` are finite and not negative.
    - (C2) `beta1` and `beta2` are in [0, 1).
    - (C3) `epsilon` is finite and above 0.
    - (C4) `weight_decay` is 0 with `lazy`: it would change every row.
  }];
}

def Graph_AdamWAttr : Graph_Optimizer<"AdamW", "adamw",
    Graph_AdamSettings<"0.01">.settings> {
  let summary = "Adam with decoupled weight decay";
  let description = [{
    As `adam`, but the decay does not pass through the gradient:
    w <- w - learning_rate * weight_decay * w comes first.

    Source: Loshchilov and Hutter, arXiv:1711.05101; torch.optim.AdamW.
    Constraints (C1) to (C3): as `adam`.
  }];
}

def Graph_AdagradAttr : Graph_Optimizer<"Adagrad", "adagrad", [
    Graph_Required<"learning_rate">, Graph_Number<"lr_decay", "0.0">,
    Graph_Number<"initial_accumulator_value", "0.0">,
    Graph_Number<"epsilon", "1.0e-10">, Graph_Number<"weight_decay", "0.0">]> {
  let summary = "Adagrad";
  let description = [{
    With gradient g, parameter w, state s (`sum`), step number t from 1:

        g <- g + weight_decay * w
        s <- s + g * g
        w <- w - learning_rate / (1 + (t - 1) * lr_decay) * g
                 / (sqrt(s + initial_accumulator_value) + epsilon)

    (PyTorch has the initial value inside of its `sum`.)

    Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online
    Learning and Stochastic Optimization", JMLR 12 (2011); torch.optim.Adagrad.

    Constraints:
    - (C1) `learning_rate`, `lr_decay`, `initial_accumulator_value` and
      `weight_decay` are finite and not negative.
    - (C2) `epsilon` is finite and above 0.
  }];
}

def Graph_LionAttr : Graph_Optimizer<"Lion", "lion", [
    Graph_Required<"learning_rate">, Graph_Number<"beta1", "0.9">,
    Graph_Number<"beta2", "0.99">, Graph_Number<"weight_decay", "0.0">]> {
  let summary = "Lion: the sign of a momentum";
  let description = [{
    With gradient g, parameter w, state m (`exp_avg`):

        w <- w - learning_rate * weight_decay * w
        w <- w - learning_rate * sign(beta1 * m + (1 - beta1) * g)
        m <- beta2 * m + (1 - beta2) * g

    Every element moves by the learning rate, whatever its gradient's size, or
    not at all where the sum is 0: rates are 3 to 10 times smaller than Adam's.

    Source: Chen et al., "Symbolic Discovery of Optimization Algorithms",
    arXiv:2302.06675, algorithm 2.

    Constraints:
    - (C1) `learning_rate`, `weight_decay` are finite and not negative.
    - (C2) `beta1` and `beta2` are in [0, 1).
  }];
}

def Graph_RmspropAttr : Graph_Optimizer<"Rmsprop", "rmsprop", [
    Graph_Required<"learning_rate">, Graph_Number<"alpha", "0.99">,
    Graph_Number<"momentum", "0.0">, Graph_Number<"epsilon", "1.0e-8">,
    Graph_Number<"weight_decay", "0.0">]> {
  let summary = "RMSprop";
  let description = [{
    With gradient g, parameter w, states v (`square_avg`) and, only where
    momentum is not 0, b (`momentum_buffer`):

        g <- g + weight_decay * w
        v <- alpha * v + (1 - alpha) * g * g
        b <- momentum * b + g / (sqrt(v) + epsilon)
        w <- w - learning_rate * b

    Without momentum, b is the quotient alone.

    Source: Tieleman and Hinton, "Neural Networks for Machine Learning", lecture
    6.5 (2012); torch.optim.RMSprop (not centered).

    Constraints:
    - (C1) `learning_rate`, `weight_decay` are finite and not negative.
    - (C2) `alpha` and `momentum` are in [0, 1).
    - (C3) `epsilon` is finite and above 0.
  }];
}

def Graph_FtrlAttr : Graph_Optimizer<"Ftrl", "ftrl", [
    Graph_Required<"alpha">, Graph_Number<"beta", "1.0">,
    Graph_Number<"l1", "0.0">, Graph_Number<"l2", "0.0">], "alpha"> {
  let summary = "FTRL-Proximal: a rate for each element, and exact zeros";
  let description = [{
    With gradient g, parameter w, states z (`linear`) and n (`accumulator`), for
    each element whose g * g is above 0:

        z <- n > 0 ? z : -(w * (beta / alpha + l2) + sign(w) * l1)
        s <- (sqrt(n + g * g) - sqrt(n)) / alpha
        z <- z + g - s * w
        n <- n + g * g
        w <- |z| <= l1 ? 0
             : -(z - sign(z) * l1) / ((beta + sqrt(n)) / alpha + l2)

    Every other element stays as it is: a step costs as much as the batch has
    entries, whatever the number of features. `l1` makes elements 0 exactly.
    The first line is what z is of the weights that training starts from; it is 0
    where these are 0, as in the source.

    alpha is the learning rate, with which `train --learning-rate` goes and by
    which a parameter's own `rate` is multiplied. The rate of an element falls as
    its gradients come in, so there is no schedule beside it.

    Source: McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD
    2013, algorithm 1; the states' names are those of tf.keras.optimizers.Ftrl.

    Constraints:
    - (C1) `beta`, `l1` and `l2` are finite and not negative.
    - (C2) `alpha` is finite and above 0.
  }];
}

//===----------------------------------------------------------------------===//
// Schedules
//===----------------------------------------------------------------------===//

def Graph_ScheduleKind : I32EnumAttr<"ScheduleKind",
    "how the learning rate changes", [
      I32EnumAttrCase<"Constant", 0, "constant">,
      I32EnumAttrCase<"Linear", 1, "linear">,
      I32EnumAttrCase<"Cosine", 2, "cosine">,
      I32EnumAttrCase<"Step", 3, "step">,
      I32EnumAttrCase<"Exponential", 4, "exponential">,
      I32EnumAttrCase<"Wsd", 5, "wsd">,
      I32EnumAttrCase<"Coslog4", 6, "coslog4">,
      I32EnumAttrCase<"Plateau", 7, "plateau">,
    ]> {
  let cppNamespace = "::mlc::graph";
}

def Graph_ScheduleAttr : Graph_Attr<"Schedule", "schedule"> {
  let summary = "how the learning rate changes from step to step";
  let description = [{
    Step k, from 0, of the T = epochs * ceil(rows / batch) steps of a run has the
    optimiser's learning rate times a factor. In the first W steps, the warm-up,
    the factor is (k + 1) / W. Then, with t = (k - W) / (T - W):

    | written | factor |
    |---|---|
    | `schedule(constant, warmup = W)` | 1 |
    | `schedule(linear, warmup = W, final = f)` | 1 - t (1 - f) |
    | `schedule(cosine, warmup = W, final = f)` | f + (1 - f) (1 + cos(pi t)) / 2 |
    | `schedule(step, every = S, gamma = g, warmup = W)` | g^floor(epoch / S), with the epoch from 0 |
    | `schedule(exponential, gamma = g, warmup = W)` | g^epoch |
    | `schedule(wsd, warmup = W, final = f)` | 1 up to step D = floor(4 T / 5), then f + (1 - f) (1 - sqrt((k - D) / (T - D))) |
    | `schedule(coslog4, warmup = W)` | (1 - cos(2 pi log2(1 + 15 t))) / 2 |
    | `schedule(plateau, gamma = g, patience = P, min_delta = d, warmup = W)` | g^n, where n times so far the test loss was for P epochs in a row not below the least so far by more than d |

    A `warmup` below 1 is a share of T, to the nearest whole step. Left out,
    `warmup` and `final` are 0, the `gamma` of `step` and `plateau` is 0.1,
    `patience` 10 and `min_delta` 1.0e-4. `plateau` needs a test after each
    epoch; counting begins anew after each time. With `accumulate(n)`, T and k
    count updates of the parameters, of which one comes after each n steps. All
    is computed in f64.

    Source: PyTorch's LambdaLR, StepLR and ExponentialLR; for `linear`, `cosine`
    and `wsd` llm.c, schedulers.h; for `plateau` Keras' ReduceLROnPlateau; for
    `coslog4` Holzmueller, Grinsztajn and Steinwart, "Better by Default",
    arXiv:2407.04491.

    Constraints:
    - (C1) `warmup` is a share in [0, 1) or a whole number of steps, below 2^53.
    - (C2) `final` is in [0, 1].
    - (C3) `gamma` is above 0 and at most 1.
    - (C4) `every` and `patience` are whole numbers of epochs, from 1 to 1000000.
    - (C5) `min_delta` is finite and not negative.
  }];
  let parameters = (ins EnumParameter<Graph_ScheduleKind>:$kind,
      DefaultValuedParameter<"::mlc::graph::Number", "0.0">:$warmup,
      DefaultValuedParameter<"::mlc::graph::Number", "0.0">:$finalShare,
      DefaultValuedParameter<"::mlc::graph::Number", "1.0">:$gamma,
      DefaultValuedParameter<"::mlc::graph::Number", "1.0">:$every,
      DefaultValuedParameter<"::mlc::graph::Number", "1.0">:$patience,
      DefaultValuedParameter<"::mlc::graph::Number", "0.0">:$minDelta);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// As written in a model file: `schedule(cosine, warmup = 0.1, ...)`.
    std::string getText() const;
    /// As the runtime writes it: `cosine(warmup = 0.1, ...)`.
    std::string getRuntimeText() const;
  }];
}

#endif // MLC_DIALECTS_GRAPH_GRAPHATTRS_TD
