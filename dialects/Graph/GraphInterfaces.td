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

def Graph_ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    An op whose every result element depends on the operands' elements at the
    same place (and on run-time scalars).
  }];
  let methods = [
    InterfaceMethod<[{
        The op as `arith` and `math` ops on whole tensors, which upstream
        passes turn into one fused loop.
      }],
      "::mlir::Value", "expand", (ins "::mlir::OpBuilder &":$builder)>
  ];
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

def Graph_OptimizerAttrInterface : AttrInterface<"OptimizerAttrInterface"> {
  let cppNamespace = "::mlc::graph";
  let description = [{
    A rule of descent. It says which state it keeps beside each parameter
    (of the parameter's shape, zero at first) and how one step changes them.
  }];
  let methods = [
    InterfaceMethod<"The learning rate unless the run gives another.",
      "double", "getDefaultLearningRate">,
    InterfaceMethod<"The states' names, e.g. `exp_avg`; PyTorch's words.",
      "::llvm::SmallVector<::llvm::StringRef>", "getStateNames">,
    InterfaceMethod<"As written in a model file.",
      "std::string", "getText">,
    InterfaceMethod<[{
        Builds the new parameter and the new states of one step as primitive
        ops.
      }],
      "::mlc::graph::OptimizerResult", "buildUpdate",
      (ins "const ::mlc::graph::OptimizerStep &":$step)>
  ];
}

#endif // MLC_DIALECTS_GRAPH_GRAPHINTERFACES_TD
