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
    Assumes: a verified `graph.program`, and no symbol `train_step`. A program
    with quantised weights (`graph.dequantize`) gets none: nothing trains it.

    Adds `@train_step(rows, data, labels, learning_rate, step, position, seed,
    parameters) -> (loss, gradients)` behind the program: forward, then reverse
    mode through DifferentiableOpInterface. Each gradient is a value of its
    parameter's shape, in the parameters' order; a frozen one has none, and in
    the place of a running one stands its new value, of the role `parameter`. What is done to gradients
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

def MakePrivate : Pass<"mlc-private", "::mlir::ModuleOp"> {
  let summary = "clip what each row adds to gradients, and take noise in";
  let description = [{
    Does nothing to a program without `private(clip = C)`.

    Assumes: the `graph.program` and the `@train_step` of `mlc-gradients`.

    A gradient is linear in what each row adds to it: x[n]^T d[n] for the weight
    of a layer, d[n] for its bias, z[n] for the numbers of columns. The pass
    multiplies d[n] and z[n] by s[n] = min(1, C / norm[n]), or by 0 where the
    norm is not finite, where norm[n] is that of row n's gradient by all
    parameters together, which is never made:

    | use of a parameter | square of the norm |
    |---|---|
    | weight of `graph.linear` | \|x[n]\|^2 \|d[n]\|^2 |
    | the same of `#graph.csr` rows | row_squares[n] \|d[n]\|^2 |
    | weight of several layers, or of several places of a row | sum over pairs u, v of these of (xu[n] . xv[n]) (du[n] . dv[n]) |
    | bias; factors and shifts of columns | \|sum over uses and places of z[n]\|^2 |

    C is made smaller by the share that rounding of f32 can make a norm too small
    by (`roundoff` times the terms of the longest sum), so that what a row adds
    stays within C.

    Loss and gradient of a row are those of a batch of that row alone: sums over
    rows stand in the place of means. Each gradient is added to a new state
    `private_sum`, in which the caller puts noise before, and the new sum, divided
    by the constant `batch`, takes the gradient's place. In the last batch of a
    call (`call_ends`) the new state is 0; `mlc-optimizer` leaves parameters and
    its own states alone in all others. `row_scale` is what the caller multiplies
    a row's gradient with, 0 for one that only fills up a batch.

    Guarantees: what the step returns depends on each row of the data by at most
    C in these sums, in exact arithmetic; the loss that it returns is 0. An op
    that mixes rows or draws random numbers, and a use of a parameter without a
    rule, are errors at that op.

    Before: `return %l, %dw : tensor<f32>, tensor<3x1xf32>`, where
    `%dw = graph.matmul %x, %d {transpose_lhs}`.

    After, with `private(clip = 0.5)` and `batch(8)`:

    ```mlir
    func.func private @train_step(
        ... %counts: tensor<?xf32> {mlc.role = #mlc.role<row_scale>},
        %last: i1 {mlc.role = #mlc.role<call_ends>},
        %a: tensor<3x1xf32> {mlc.role = #mlc.role<state, "private_sum" of "w">})
        -> (tensor<f32> {mlc.role = #mlc.role<loss>},
            tensor<3x1xf32> {mlc.role = #mlc.role<gradient>},
            tensor<3x1xf32> {mlc.role = #mlc.role<state>}) {
      ...
      // %s = min(1, 0.5 / norm) * %counts, and %ds = %s > 0 ? %d * %s : 0
      %dw = graph.matmul %x, %ds {transpose_lhs} : tensor<?x3xf32>, tensor<?x1xf32>
      // %sum = %a + %dw, %g = %sum / 8 and %new_a = %last ? 0 : %sum
      return %zero, %g, %new_a : tensor<f32>, tensor<3x1xf32>, tensor<3x1xf32>
    }
    ```
  }];
  let options = [
    Option<"roundoff", "roundoff", "double", "5.9604644775390625e-8",
           "how wrong an f32 result can be, relatively: 2^-24; 0 for tests in "
           "exact arithmetic">
  ];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def AccumulateGradients : Pass<"mlc-accumulate", "::mlir::ModuleOp"> {
  let summary = "make the mean of several steps' gradients";
  let description = [{
    Does nothing to a program without `accumulate(n)`, n above 1.

    Assumes: the `graph.program` and the `@train_step` of `mlc-gradients`.

    What a parameter's gradients add up to, each divided by n, is a new state
    `accumulated`: the gradient is added to it, and the sum takes the gradient's
    place. Where the step's number is a multiple of n the new state is 0.
    `mlc-optimizer` leaves parameters and its own states alone in all other
    steps.

    Guarantees: each gradient of the step is the sum so far; a result of the
    role `state` follows the loss for each of them.

    Before: `return %l, %dw : tensor<f32>, tensor<3x1xf32>`

    After, with `accumulate(4)`:

    ```mlir
    func.func private @train_step(
        ... %step: i64 {mlc.role = #mlc.role<step>}, ...
        %a: tensor<3x1xf32> {mlc.role = #mlc.role<state, "accumulated" of "w">})
        -> (tensor<f32> {mlc.role = #mlc.role<loss>},
            tensor<3x1xf32> {mlc.role = #mlc.role<gradient>},
            tensor<3x1xf32> {mlc.role = #mlc.role<state>}) {
      ...
      // %sum = %a + 0.25 * %dw and %new_a = %step % 4 == 0 ? 0 : %sum
      return %l, %sum, %new_a : tensor<f32>, tensor<3x1xf32>, tensor<3x1xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ClipGradients : Pass<"mlc-clip", "::mlir::ModuleOp"> {
  let summary = "bring gradients into bounds";
  let description = [{
    Does nothing to a program without `clip_norm(c)` and `clip_value(c)`.

    Assumes: the `graph.program` and the `@train_step` of `mlc-gradients`.

    Guarantees, with `clip_value(c)`: each element of each gradient is in
    [-c, c], or NaN. With `clip_norm(c)`: all gradients are what they were times
    min(1, c / (n + 1e-6)), where n is their norm, and n is a result of the role
    `gradient_norm`. A gradient x^T dy whose update is one of the rows that a
    sparse x touches becomes x^T (dy * factor), so that it stays one; others are
    multiplied themselves, and are stored for it.

    Before: `return %l, %dw : tensor<f32>, tensor<3x1xf32>`

    After, with `clip_norm(0.5)`:

    ```mlir
    %squares = graph.sum_squares %dw : tensor<3x1xf32>
    %norm = math.sqrt %squares : tensor<f32>
    // %clipped = %dw * min(1, 0.5 / (%norm + 1e-6)), in arith ops
    return %l, %clipped, %norm : tensor<f32>, tensor<3x1xf32>, tensor<f32>
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
    Does nothing to a program with quantised weights, which has no `@train_step`.

    Assumes: the `graph.program` and the `@train_step` of `mlc-gradients`, with
    one result of the role `gradient` for each parameter that is not frozen.

    Builds the program's optimiser as primitives, parameter by parameter. What
    it keeps from one step to the next are new arguments at the end, of the role
    `state`, which say which parameter they belong to and their own name; later
    stages know states from these arguments alone.

    With `accumulate(n)`, n above 1, parameters and states become new ones where
    the step's number is a multiple of n, and stay as they are in other steps;
    the optimiser counts the former.

    With `l1(x)`, the proximal step stands behind the optimiser's update. With
    `ema(d)`, a parameter's last state is its average, which the optimiser does
    not read.

    Guarantees: the step takes (..., parameters, states) and returns (loss,
    parameters, states), the new for the old in the same order; no gradient is
    a result any more. A frozen parameter is returned as it is.

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

def MakeExplanation : Pass<"mlc-explanation", "::mlir::ModuleOp"> {
  let summary = "make the step that says what a prediction is made of";
  let description = [{
    Assumes: a verified `graph.program`, and no symbol `explain_step`.

    Adds `@explain_step(rows, data, path, direction, parameters) -> gradient`
    behind the program, of a dense input with the argument `baseline`, too, whose
    only row is like those of `data`: the derivative of the output with respect
    to each element of the input, or to the entries that a `#graph.csr` one
    stores. What is differentiated is the sum of the output's elements, each times its number in `direction`. Where the
    input is, `path` says: its two numbers are places on the straight line from
    the baseline, 0, to the row, 1.

    Along that line a value of the step is affine, as long as only ops with
    AffineOpInterface lead to it; such a value is computed at both ends and is
    known everywhere between. Where each op that is not affine has
    CurvedOpInterface and affine operands, as in a network with one hidden
    layer, its rule gives the mean over all of the path, and so the step's
    gradient times the change of the input is the change of the output exactly
    (Sundararajan, Taly, Yan, "Axiomatic attribution for deep networks", 2017,
    in closed form): the step then has the attribute `mlc.paths`. Else the
    gradient is that at the path's end, of which the runtime takes the mean.

    Guarantees: no op of the step draws random numbers. A program whose output
    does not depend on the input gets no such step; nor does one with an op
    between both that has no gradient rule, which a warning names.

    Before: `graph.program @line`, as for `mlc-forward-steps`.

    After, beside the program:

    ```
    func.func private @explain_step(
        %rows: tensor<?xi32> {mlc.role = #mlc.role<rows>},
        %data: tensor<?x3xf32> {mlc.role = #mlc.role<data>},
        %baseline: tensor<?x3xf32> {mlc.role = #mlc.role<baseline>},
        %path: tensor<2xf32> {mlc.role = #mlc.role<path>},
        %direction: tensor<1xf32> {mlc.role = #mlc.role<direction>},
        %w: tensor<3x1xf32> {mlc.role = #mlc.role<parameter>})
        -> (tensor<?x3xf32> {mlc.role = #mlc.role<input_gradient>})
        attributes {mlc.paths} {
      // %dy: in each row %direction
      %dx = graph.matmul %dy, %w {transpose_rhs} : tensor<?x1xf32>, tensor<3x1xf32>
      return %dx : tensor<?x3xf32>
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
