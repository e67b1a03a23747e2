//===- TwoRates.h - Trains at a rate, then at a tenth of it -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TWORATES_H
#define MLC_TOOLS_MLC_TWORATES_H

#include "LearningOptions.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>

namespace mlc {

/// Epochs at the full learning rate, then at a tenth of it.
struct Epochs {
  std::int64_t full = 0, fine = 0;

  std::int64_t sum() const { return full + fine; }
};

/// So many epochs in two. Of dense rows the last fifth has a tenth of the rate,
/// since at a constant one the figures of late epochs jump up and down; sparse
/// rows have one rate, and so has a model whose own schedule changes it.
Epochs epochsOf(std::int64_t epochs, bool isDense, bool hasSchedule);

/// One training of a program, whose files stay in a folder:
/// weights.safetensors and metrics.jsonl; where there are two rates, of the
/// first one full-rate.safetensors and full-rate.jsonl.
struct TwoRates {
  std::string program;
  std::filesystem::path folder;
  std::string data;
  /// The rows to judge by, as options of `PROGRAM train`, if any.
  Words judging;
  /// Whether the best epoch's weights are kept and not the last one's, and
  /// training ends after ten without a better one: a figure that goes up and
  /// down must not end it too soon.
  bool chooses = false;
  /// Whether a schedule leads the rate to an end, which is then not to be
  /// missed because figures were better for a moment: all epochs are trained.
  bool isScheduled = false;
  const LearningOptions &learning;
  double rate = 0;         ///< The full one.
  Words first, last;       ///< More words of the first and of the last command.
  std::string report = {}; ///< Where a page of both goes, if anywhere.
  /// Whether the first rate may go on later, for more epochs: then its files
  /// have their names also where it is the only one.
  bool mayGoOn = false;
  bool isQuiet = false;
  std::string output = {}; ///< A file for what it prints, if any.
  /// How long it may still take; empty: as long as it takes.
  std::function<double()> secondsLeft = {};

  /// The best epochs, and what the best of the last rate is worth by
  /// `learning.selectBy`; where nothing is chosen, all epochs and NaN.
  struct Result {
    Epochs best;
    double value = std::numeric_limits<double>::quiet_NaN();
  };
  /// Nothing where the time was not enough. Throws Failed.
  std::optional<Result> train(Epochs epochs) const;

private:
  std::optional<Result> trainOnce(bool isFine, std::int64_t epochs,
                                  bool isLast) const;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_TWORATES_H
