//===- Training.h - From files to a trained program -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TRAINING_H
#define MLC_TOOLS_MLC_TRAINING_H

#include "Learner.h"

#include <string>

namespace mlc {

/// What `mlc train` was asked for. Of what is empty there are defaults.
struct TrainOptions {
  std::string folder, test;
  /// A share of the rows, or a file of others; empty: the default, which is
  /// none where there is a test set.
  std::string validation;
  bool mayRefit = true, isQuiet = false, isSingleFile = false;
  /// Whether the rows that are set aside also choose the temperature, and by
  /// which rule the threshold; empty: none.
  bool calibrates = false;
  std::string threshold;
  LearningOptions learning;
  Words data;          ///< What `mlc data` is told.
  std::string dataset; ///< A data set in the place of that.
};

/// Trains as Learner does, and tells how well. A test set is met once, at the
/// end.
class Training {
public:
  /// Throws UsageError.
  explicit Training(const TrainOptions &options);
  /// Throws UsageError and InputError, and Failed where a step failed.
  void run();

private:
  void execute(Words command) const;
  void learn(Learner &learner);
  void expectProbabilities(const runtime::Dataset &data) const;
  void calibrate(Learner &learner);
  void makeTestSet() const;
  void judge(const Learner &learner, const std::string &weights,
             const std::string &rows, bool writesReport) const;
  void packUp() const;
  void tellHowToAsk() const;

  std::string in(const std::string &name) const;

  const TrainOptions &options_;
  LearnedRows rows_;
  std::string weights_ = "weights.safetensors"; ///< To ask it with.
  runtime::InputKind kind_ = runtime::InputKind::Table;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_TRAINING_H
