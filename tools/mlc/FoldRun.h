//===- FoldRun.h - One fold of a cross-validation ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_FOLDRUN_H
#define MLC_TOOLS_MLC_FOLDRUN_H

#include "Learner.h"
#include "Metrics/Judged.h"
#include "Metrics/Measure.h"

#include <cstddef>
#include <string>
#include <vector>

namespace mlc {

/// How each fold's model is made and trained.
struct FoldOptions {
  Words data; ///< What `mlc data` is told.
  LearningOptions learning;
  std::string groupColumn;
  long long folds = 5;
  /// Share of a fold's training rows by which the epochs are chosen.
  double validation = 0.2;
  bool mayBeFew = false; ///< As LearnedRows has it.
};

/// The answers to rows, and what is true of them; see Judged.
struct Answers {
  runtime::Task task = runtime::Task::Regression;
  std::size_t columns = 0;
  std::vector<std::size_t> rows; ///< Where they stand in the input.
  std::vector<float> outputs, labels;
  std::vector<std::int32_t> classes;
  std::vector<std::string> names;       ///< Of classes or columns.
  std::vector<std::string> predictions; ///< JSON of each row, without braces.
};

/// A fold's figures and answers.
struct FoldResult {
  std::size_t trainingRows = 0;
  std::string json; ///< As `eval --json` prints it.
  std::vector<runtime::Figure> figures;
  Answers answers;
};

/// Learns from all rows but those of fold `number` (from 0), as `mlc train`
/// learns from all it is given, and judges the model by these. Everything is
/// learned anew: vocabulary, frequencies, scales, medians, categories, the
/// number of epochs, weights. `seed` chooses the folds and is the key of
/// training. Files go into `folder`; `program` is what was compiled for the
/// fold before, and becomes what is used. Throws Failed, UsageError,
/// InputError.
FoldResult runFold(const FoldOptions &options, long long number,
                   std::uint64_t seed, const std::string &folder,
                   SharedProgram &program);

} // namespace mlc

#endif // MLC_TOOLS_MLC_FOLDRUN_H
