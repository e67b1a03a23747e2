//===- Training.h - From files to a trained program -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TRAINING_H
#define MLC_TOOLS_MLC_TRAINING_H

#include "Steps.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mlc {

/// What `mlc train` was asked for. Of what is empty there are defaults.
struct TrainOptions {
  std::string folder, test;
  /// A share of the rows, or a file of others; empty: the default, which is
  /// none where there is a test set.
  std::string validation;
  bool mayRefit = true, isQuiet = false, isSingleFile = false;
  LearningOptions learning;
  Words data; ///< What `mlc data` is told.
};

/// Trains in two passes. The first sets rows aside, by which it chooses the
/// number of epochs; the second learns from all rows for as many. Where nothing
/// is set aside, or no second pass is wanted, there is one. Of dense rows the
/// last fifth of the epochs has a tenth of the learning rate, since at a
/// constant one the figures of late epochs jump up and down. A test set is met
/// once, at the end. Where few rows are set aside, they only judge: what they
/// would choose is chance.
class Training {
public:
  /// Throws UsageError.
  explicit Training(const TrainOptions &options);
  /// Throws UsageError and InputError, and Failed where a step failed.
  void run();

private:
  /// How long is trained: at the full rate, then at a tenth of it. Nothing:
  /// as the model says, or as long as it helps.
  struct Epochs {
    std::optional<std::int64_t> full, fine;
  };

  void execute(Words command) const;
  void makeFolder(const std::string &folder) const;
  void pass(const std::string &folder, bool mayChoose, Epochs epochs);
  void makeData(const std::string &folder, bool mayChoose);
  void makeLike(const std::string &input, const std::string &like,
                const std::string &output) const;
  void compile(const std::string &folder) const;
  void learn(const std::string &folder, bool mayChoose, Epochs epochs);
  /// Whether as many rows are set aside as it takes to choose by them.
  bool areEnough(const std::string &folder) const;
  void judge(const std::string &folder, const std::string &rows,
             bool writesReport) const;
  void packUp() const;
  void tellHowToAsk() const;

  std::string in(const char *name) const;

  const TrainOptions &options_;
  double share_ = 0;  ///< Of the rows, to be set aside.
  std::string other_; ///< A file of rows to choose by.
  DataWords data_;
  /// What the first pass chose.
  Epochs chosen_;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_TRAINING_H
