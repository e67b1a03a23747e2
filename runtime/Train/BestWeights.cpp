//===- BestWeights.cpp - The weights that tested best ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/BestWeights.h"

#include "Data/Hash.h"
#include "Error.h"

#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

void BestWeights::continueFrom(const BestSoFar &best, std::int64_t epochsDone) {
  best_ = best;
  epochsDone_ = epochsDone;
  if (path_.empty() || best_.epoch == 0)
    return;
  const SafetensorsFile file(path_);
  file.expectFormat("mlc.weights");
  const auto model = file.metadata().find("model_hash");
  if (model == file.metadata().end() ||
      model->second != hashText(std::uint64_t(program_.model_hash)))
    throw InputError(fmt::format("{}: expected the best weights of the run "
                                 "that is resumed, of its epoch {}, but they "
                                 "are another model's; bring them back",
                                 path_, best_.epoch));
}

bool BestWeights::isBest(const EpochResult &epoch) const {
  // A resumed run goes on as if it had never paused within an epoch.
  if (!epoch.isComplete || !epoch.test)
    return false;
  const double value = selection_.valueOf(program_, *epoch.test);
  return best_.epoch == 0 ? !std::isnan(value)
                          : selection_.isBetter(value, best_.value);
}

void BestWeights::onEpoch(const EpochResult &epoch) {
  if (!epoch.isComplete)
    return;
  epochsDone_ = epoch.epoch;
  if (!isBest(epoch))
    return;
  if (!path_.empty())
    save_(path_, epoch);
  best_ = {epoch.epoch, selection_.valueOf(program_, *epoch.test)};
}

bool BestWeights::wantsEnd() const {
  return patience_ > 0 && epochsDone_ > 0 &&
         epochsDone_ - best_.epoch >= patience_;
}

} // namespace mlc::runtime
