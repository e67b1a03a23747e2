//===- AutodiffPasses.td - Passes of the stage autodiff ----*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_AUTODIFFPASSES_TD
#define MLC_AUTODIFFPASSES_TD

include "mlir/Pass/PassBase.td"

def ForwardSteps : Pass<"mlc-forward-steps", "::mlir::ModuleOp"> {
  let summary = "make the steps of evaluation and prediction";
  let description = [{
    Assumes: a verified `graph.program`, and no symbol with a step's name.

    Adds two functions on tensors behind the program, which stays as the
    description of parameters, initialisers and settings:

    - `@evaluate_step(rows, data, labels, parameters) -> (prediction, loss)`;
    - `@predict_step(rows, data, parameters) -> prediction`.

    Guarantees: each argument and result has its role (include/mlc/Steps.h).
    Nothing in these steps draws random numbers.

    Before:

    ```
    graph.program @line {
      %w = graph.parameter "w" zeros : tensor<3x1xf32>
      graph.predict(%x: tensor<?x3xf32>) {
        %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
        graph.yield %y : tensor<?x1xf32>
      }
      ...
    }
    ```

    After, beside the program:

    ```
    func.func private @predict_step(
        %rows: tensor<?xi32> {mlc.role = #mlc.role<rows>},
        %data: tensor<?x3xf32> {mlc.role = #mlc.role<data>},
        %w: tensor<3x1xf32> {mlc.role = #mlc.role<parameter>})
        -> (tensor<?x1xf32> {mlc.role = #mlc.role<prediction>}) {
      %x = graph.gather %data, %rows : tensor<?x3xf32>, tensor<?xi32>
      %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
      return %y : tensor<?x1xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlc::MlcDialect", "::mlir::func::FuncDialect"];
}

def MakeGradients : Pass<"mlc-gradients", "::mlir::ModuleOp"> {
  let summary = "make the training step, up to the gradients of its loss";
  let description = [{
    Assumes: a verified `graph.program`, and no symbol `train_step`.

    Adds `@train_step(rows, data, labels, learning_rate, step, position, seed,
    parameters) -> (loss, gradients)` behind the program: forward, then reverse
    mode through DifferentiableOpInterface. Each gradient is a value of its
    parameter's shape, in the parameters' order. What is done to gradients
    before the optimiser sees them (a bound on their norm, sums over several
    batches, noise) is a pass between this one and `mlc-optimizer`.

    A composite op without a gradient rule is first replaced by what it
    decomposes into.

    Guarantees: no gradient is built that no parameter needs; every op that
    draws random numbers has the run's key and a site of its own. An op that
    the loss depends on and that has no rule is an error at that op.

    Before: `graph.program @line`, as for `mlc-forward-steps`, with
    `graph.mse` as its loss.

    After, beside the program:

    ```mlir
    func.func private @train_step(
        %rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, ...
        %w: tensor<3x1xf32> {mlc.role = #mlc.role<parameter>})
        -> (tensor<f32> {mlc.role = #mlc.role<loss>},
            tensor<3x1xf32> {mlc.role = #mlc.role<gradient>}) {
      %x = graph.gather %data, %rows : tensor<?x3xf32>, tensor<?xi32>
      %t = graph.gather %labels, %rows : tensor<?x1xf32>, tensor<?xi32>
      %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
      %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
      // %dy = 2 * (%y - %t) / n, in arith ops
      %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x3xf32>, tensor<?x1xf32>
      return %l, %dw : tensor<f32>, tensor<3x1xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def ApplyOptimizer : Pass<"mlc-optimizer", "::mlir::ModuleOp"> {
  let summary = "make new parameters of the training step's gradients";
  let description = [{
    Assumes: the `graph.program` and the `@train_step` of `mlc-gradients`, with
    one result of the role `gradient` for each parameter.

    Builds the program's optimiser as primitives, parameter by parameter. What
    it keeps from one step to the next are new arguments at the end, of the role
    `state`, which say which parameter they belong to and their own name; later
    stages know states from these arguments alone.

    Guarantees: the step takes (..., parameters, states) and returns (loss,
    parameters, states), the new for the old in the same order; no gradient is
    a result any more.

    Before: `return %l, %dw : tensor<f32>, tensor<3x1xf32>`

    After, with `sgd(learning_rate = 0.1, momentum = 0.9)`:

    ```mlir
    func.func private @train_step(
        ... %rate: f64 {mlc.role = #mlc.role<learning_rate>}, ...
        %w: tensor<3x1xf32> {mlc.role = #mlc.role<parameter>},
        %b: tensor<3x1xf32> {mlc.role = #mlc.role<state, "momentum_buffer" of "w">})
        -> (tensor<f32> {mlc.role = #mlc.role<loss>},
            tensor<3x1xf32> {mlc.role = #mlc.role<parameter>},
            tensor<3x1xf32> {mlc.role = #mlc.role<state>}) {
      ...
      // %new_b = 0.9 * %b + %dw and %new_w = %w - %rate * %new_b, in arith ops
      return %l, %new_w, %new_b : tensor<f32>, tensor<3x1xf32>, tensor<3x1xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // MLC_AUTODIFFPASSES_TD
