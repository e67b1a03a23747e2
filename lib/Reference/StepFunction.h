//===- StepFunction.h - A step's function, called by roles ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_STEPFUNCTION_H
#define MLC_REFERENCE_STEPFUNCTION_H

#include "lib/Reference/Interpreter.h"

#include <optional>

namespace mlc::reference {

/// What a step is run on. A function takes of it what it has roles for
/// (include/mlc/Steps.h).
struct StepInputs {
  DatumRef data, labels;
  DatumRef weights, teacher; ///< Null where the loss has none.
  std::vector<int64_t> rows; ///< Of the data set: the batch.
  double learningRate = 0;
  int64_t number = 1;   ///< Of the step, from 1.
  int64_t position = 0; ///< Examples trained on before.
  uint64_t seed = 0;    ///< Key of dropout.
  std::vector<DatumRef> parameters, states;
  /// Of private training: what each row counts, [rows], where that is not 1;
  /// whether the batch is its step's last.
  DatumRef rowScales;
  bool callEnds = true;
  /// Of an explanation; see MlcCall.
  DatumRef path, baseline, direction;
};

/// What a step gives, as far as the function has results of these roles.
struct StepOutputs {
  std::optional<double> loss;
  DatumRef prediction;
  DatumRef inputGradient; ///< Of the batch's rows; sparse as these are.
  std::vector<DatumRef> parameters, states;
};

/// One of the functions that the stage autodiff makes.
class StepFunction {
public:
  explicit StepFunction(mlir::func::FuncOp function) : function_(function) {}

  /// Interprets it; fails, with a diagnostic, as evaluate() does. `onResult`:
  /// see evaluate().
  mlir::FailureOr<StepOutputs> run(const StepInputs &inputs,
                                   ResultHook onResult = nullptr) const;

  /// The types of the arguments of a role.
  std::vector<mlir::Type> argumentTypes(llvm::StringRef role) const;

private:
  mlir::func::FuncOp function_;
};

} // namespace mlc::reference

#endif // MLC_REFERENCE_STEPFUNCTION_H
