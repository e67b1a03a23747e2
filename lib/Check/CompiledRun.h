//===- CompiledRun.h - Runs of a compiled program ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_COMPILEDRUN_H
#define MLC_CHECK_COMPILEDRUN_H

#include "Train/Trainer.h"
#include "lib/Check/Check.h"

#include <functional>
#include <optional>
#include <vector>

namespace mlc {

/// The numbers of a program: copies of what a runtime::Model holds.
struct ModelNumbers {
  std::vector<std::vector<float>> parameters, states;

  ModelNumbers(const MlcProgram &program, const runtime::Model &model);
};

/// What a run leaves; compared bit for bit.
struct RunNumbers {
  std::vector<float> losses;
  std::optional<ModelNumbers> model;
  std::vector<float> evaluated, predicted; ///< Outputs for all rows.
  std::vector<float> testLosses;           ///< Of each batch evaluated.
};

/// The first thing in which two runs differ; nothing where all bits agree.
std::optional<std::string> firstDifference(const MlcProgram &program,
                                           const RunNumbers &run,
                                           const RunNumbers &other);

/// A program on its data, from its first weights, on some threads.
class CompiledRun {
public:
  /// Throws InputError where a file does not suit the program.
  CompiledRun(const MlcProgram &program, const CheckOptions &options,
              int64_t threads);

  /// Called after each call of the program's `train` with the losses so far.
  using OnSteps = std::function<void(const std::vector<float> &losses)>;

  /// Trains, then evaluates and predicts all rows. Throws InputError where a
  /// loss is not finite.
  RunNumbers run(int64_t stepsPerCall, const OnSteps &onSteps);

  const runtime::Model &model() const { return weights_; }
  /// Of options.run, or the program's own.
  double learningRate() const;
  int64_t rows() const { return examples_.rows(); }

private:
  const MlcProgram &program_;
  const CheckOptions &options_;
  runtime::Examples examples_;
  runtime::Model weights_;
  std::optional<runtime::Executor> executor_;
};

} // namespace mlc

#endif // MLC_CHECK_COMPILEDRUN_H
