//===- TrainStep.h - A model's train step under test ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_GRAPH_TRAINSTEP_H
#define MLC_TEST_UNIT_GRAPH_TRAINSTEP_H

#include "lib/Reference/Interpreter.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

#include <string>

namespace mlc::test {

/// What varies in a model of one prediction and one loss. Bodies are ops, one
/// a line; `%x` is the input, `%y` the prediction, `%t` the label.
struct ModelParts {
  std::string parameters;
  std::string predict; ///< Defines `%out`.
  std::string input = "tensor<?x3xf32>";
  std::string output = "tensor<?x2xf32>";
  std::string loss = "%l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>";
  std::string label = "tensor<?x2xf32>";
  std::string weights = ""; ///< `%v`, where it is a type.
  std::string teacher = ""; ///< `%s`, where it is a type.
  std::string optimizer = "sgd(learning_rate = 0.5)";
  std::string descent = ""; ///< What stands behind `epochs(1)`.
};

/// The model file.
std::string modelOf(const ModelParts &parts);

/// What a step is run on.
struct StepInputs {
  std::vector<reference::Reals> parameters, states;
  reference::DatumRef data, labels, weights, teacher;
  std::vector<int64_t> rows;
  double learningRate = 0.5;
  int64_t number = 1, position = 0;
  uint64_t seed = 0;
  /// Of private training: what each of the rows counts, where not 1; whether
  /// the batch is its step's last.
  std::vector<double> rowScales;
  bool callEnds = true;
};

struct StepResults {
  double loss = 0;
  double gradientNorm = 0; ///< Where the step returns one.
  std::vector<reference::Reals> parameters, states;
  /// Of what a test has added to the function's return.
  std::vector<reference::DatumRef> others;
};

/// The train step that the stage autodiff makes of a model.
class TrainStep {
public:
  /// Ends the test program where the model does not verify.
  explicit TrainStep(const std::string &model);
  /// Of private training as if results were rounded by `roundoff`.
  TrainStep(const std::string &model, double roundoff);

  mlir::func::FuncOp function();
  mlir::ModuleOp module() { return *module_; }

  /// The op that computes the loss; all after it descend.
  mlir::Operation *lossOp();

  /// Which parameters gradients change, in order.
  std::vector<bool> trained();

  /// Generic numbers of the step's shapes: `examples` rows of data, of which
  /// a batch of 5 is taken, and parameters and states around 0.5.
  StepInputs makeInputs(unsigned seed, int64_t examples = 9);

  /// Ends the test program where the interpreter fails. `onResult`: see
  /// reference::evaluate().
  StepResults run(const StepInputs &inputs,
                  reference::ResultHook onResult = nullptr);

private:
  void make(const std::string &model,
            llvm::function_ref<void(mlir::OpPassManager &)> addPasses);

  mlir::MLIRContext context_;
  mlir::OwningOpRef<mlir::ModuleOp> module_;
};

/// The gradient of each parameter as the step's update tells it, for an
/// optimiser that subtracts learning_rate * gradient; 0 of those that no
/// gradient changes.
std::vector<reference::Reals> gradientsOf(TrainStep &step,
                                          const StepInputs &inputs);

/// The same by central differences of the step's loss, `distance` to each side.
std::vector<reference::Reals> differencesOf(TrainStep &step,
                                            const StepInputs &inputs,
                                            double distance = 1e-5);

/// The largest distance of two elements, relative to the largest element of
/// their tensor in `expected`, or to `smallest` where that is larger.
double relativeError(const std::vector<reference::Reals> &actual,
                     const std::vector<reference::Reals> &expected,
                     double smallest = 1e-12);

/// What relativeError must be below. Central differences with steps of 1e-5
/// are good for about 1e-9; constants rounded to f32 bring about 1e-7.
inline constexpr double kTolerance = 1e-6;

} // namespace mlc::test

#endif // MLC_TEST_UNIT_GRAPH_TRAINSTEP_H
