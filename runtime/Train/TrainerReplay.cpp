//===- TrainerReplay.cpp - Finds the step that went wrong -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Train/Trainer.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

/// "step 7 (epoch 2, batch 3, rows 5, 0, 8, ... of FILE)": the step that comes
/// after point_. Rows are numbered from 0.
std::string Trainer::describeStep() const {
  if (options_.privacy) // Nobody is to know which rows it has.
    return fmt::format("step {} (epoch {})", point_.step + 1, point_.epoch);
  constexpr std::int64_t shown = 8;
  const std::int64_t left = rows_->size() - point_.examples;
  const std::int64_t count = std::min(batch_, left);
  return fmt::format(
      "step {} (epoch {}, batch {}, {})", point_.step + 1, point_.epoch,
      point_.examples / batch_ + 1,
      rows_->textOf(point_.examples, std::min(count, shown), count > shown));
}

void Trainer::fail(const std::string &what) const {
  throw InputError(fmt::format("training diverged: {}; try a --learning-rate "
                               "lower than {}",
                               what, options_.learningRate));
}

/// Something is not finite after a call that gave these losses (none: after
/// point_). Since every step can be repeated bit for bit, the steps since the
/// last sound state are, one by one, with a look at everything after each.
void Trainer::failUnsound(std::span<const float> losses) {
  const std::int64_t end = point_.step + std::ssize(losses);
  if (!lastSound_.restore(point_)) {
    const auto unsound = executor_.model().firstUnsound();
    fail(fmt::format("{} is not finite after step {} (epoch {})",
                     unsound ? describe(*unsound) : "the loss", end,
                     point_.epoch));
  }
  rows_->startEpoch(point_.epoch);
  while (point_.step < end) {
    if (point_.examples == rows_->size()) {
      point_.startEpoch(point_.epoch + 1);
      rows_->startEpoch(point_.epoch);
    }
    const ModelElement largest = executor_.model().largest();
    const std::span<const float> loss = trainSteps(1);
    if (!std::isfinite(loss.front()))
      fail(fmt::format("the loss of {} is {}; before it the largest parameter "
                       "was element {} of {}, {}",
                       describeStep(), loss.front(), largest.index,
                       describe(largest), largest.value));
    if (const auto unsound = executor_.model().firstUnsound())
      fail(fmt::format("{} became {} (element {}) in {}, whose loss was {}",
                       describe(*unsound), unsound->value, unsound->index,
                       describeStep(), loss.front()));
    advance(loss);
  }
  throw InputError(fmt::format(
      "training went wrong by step {}, but not when the last steps were "
      "repeated; is the memory of this machine sound?",
      end));
}

} // namespace mlc::runtime
