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
    | `uniform_fan_in` | uniform in +-1/sqrt(fan_in), where fan_in is the first dimension: PyTorch's default for the weights of a linear layer |
    | `normal(s)` | normal, mean 0, standard deviation s |
  }];
  let parameters = (ins EnumParameter<Graph_InitializerKind>:$kind,
                        "::mlc::graph::Number":$value);
  let assemblyFormat = "`<` $kind `,` $value `>`";
}

//===----------------------------------------------------------------------===//
// Optimisers
//===----------------------------------------------------------------------===//

class Graph_Optimizer<string name, string attrMnemonic>
    : Graph_Attr<name, attrMnemonic,
        [DeclareAttrInterfaceMethods<Graph_OptimizerAttrInterface,
          ["getDefaultLearningRate", "getStateNames", "getText",
           "buildUpdate"]>]> {
  let genVerifyDecl = 1;
  let assemblyFormat = "`<` struct(params) `>`";
}

def Graph_SgdAttr : Graph_Optimizer<"Sgd", "sgd"> {
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
  let parameters = (ins
    "::mlc::graph::Number":$learning_rate, DefaultValuedParameter<"::mlc::graph::Number", "0.0">:$momentum,
    DefaultValuedParameter<"bool", "false">:$nesterov,
    DefaultValuedParameter<"::mlc::graph::Number", "0.0">:$weight_decay);
}

class Graph_AdamSettings<string decay> {
  dag parameters = (ins
    "::mlc::graph::Number":$learning_rate, DefaultValuedParameter<"::mlc::graph::Number", "0.9">:$beta1,
    DefaultValuedParameter<"::mlc::graph::Number", "0.999">:$beta2,
    DefaultValuedParameter<"::mlc::graph::Number", "1.0e-8">:$epsilon,
    DefaultValuedParameter<"::mlc::graph::Number", decay>:$weight_decay);
}

def Graph_AdamAttr : Graph_Optimizer<"Adam", "adam"> {
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
  let parameters = !con(Graph_AdamSettings<"0.0">.parameters,
    (ins DefaultValuedParameter<"bool", "false">:$lazy));
}

def Graph_AdamWAttr : Graph_Optimizer<"AdamW", "adamw"> {
  let summary = "Adam with decoupled weight decay";
  let description = [{
    As `adam`, but the decay does not pass through the gradient:
    w <- w - learning_rate * weight_decay * w comes first.

    Source: Loshchilov and Hutter, arXiv:1711.05101; torch.optim.AdamW.
    Constraints (C1) to (C3): as `adam`.
  }];
  let parameters = Graph_AdamSettings<"0.01">.parameters;
}

#endif // MLC_DIALECTS_GRAPH_GRAPHATTRS_TD
