//===- LearningOptions.h - How a model is made and trained ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_LEARNINGOPTIONS_H
#define MLC_TOOLS_MLC_LEARNINGOPTIONS_H

#include "Steps.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mlc {

/// How a model is made and trained: options of `mlc new` and of `PROGRAM
/// train`, empty where not given.
struct LearningOptions {
  std::string model; ///< A model file; empty: one is made for the data.
  std::string hidden, activation, dropout, epochs, rate, seed, threads;
  /// What the best epoch is chosen by, as `PROGRAM train --select-by` has it.
  std::string selectBy = "loss";
  bool isLinear = false, hasBatchNorm = false;

  /// All but --select-by.
  void declare(CLI::App &app);
  /// --epochs, --learning-rate, --seed and --threads.
  void declareTraining(CLI::App &app);
  void declareSelection(CLI::App &app);
  /// Those of `mlc new` as it reads them. Throws UsageError.
  runtime::ModelOptions modelOptions() const;
  /// Appends those of `mlc new`.
  void addModel(Words &command) const;
  /// At least 1. Throws UsageError.
  std::optional<std::int64_t> epochsGiven() const;
  std::optional<double> rateGiven() const;          ///< At least 0, likewise.
  std::optional<std::int64_t> threadsGiven() const; ///< At least 1, likewise.
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_LEARNINGOPTIONS_H
