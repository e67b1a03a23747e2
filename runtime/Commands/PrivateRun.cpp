//===- PrivateRun.cpp - What a private run promises and keeps -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/PrivateRun.h"

#include "Audit/RunRecord.h"
#include "Error.h"
#include "Private/Accountant.h"
#include "Private/Commitment.h"
#include "System/OperatingSystem.h"
#include "Train/Trainer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace mlc::runtime {

/// What a data set's columns may have been learned from its rows by; empty
/// where there is nothing.
static std::string learnedOf(const TrainData &data) {
  if (!data.vectorizer.empty())
    return "a vocabulary";
  const auto &metadata = data.file().metadata();
  if (metadata.contains("table"))
    return "a table's categories and scales";
  return metadata.contains("target_mean") ? "a scale of its targets" : "";
}

/// How many steps the command asks for. Throws UsageError where they are more
/// than a ledger counts.
static std::int64_t stepsOf(const MlcProgram &program,
                            const TrainCommand &command, std::int64_t rows) {
  const std::int64_t ofEpoch = (rows + program.batch - 1) / program.batch;
  const std::int64_t steps = lastStep(command.trainer, ofEpoch);
  if (steps > mostLedgerSteps)
    throw UsageError(fmt::format(
        "--epochs {} with {} steps each: private training counts up to {} "
        "steps; give fewer, or a lower --max-steps",
        command.trainer.epochs, ofEpoch, mostLedgerSteps));
  return steps;
}

PrivateRun::PrivateRun(const MlcProgram &program, const TrainCommand &command,
                       const TrainData &data, bool hasCheckpoint)
    : program_(program), command_(command),
      rows_(std::ssize(data.trainingRows)),
      steps_(stepsOf(program, command, rows_)), hasCheckpoint_(hasCheckpoint) {
  if (const std::string learned = learnedOf(data);
      !learned.empty() && !command.privacy.isVocabularyPublic)
    throw UsageError(fmt::format(
        "{}: has {}, which private training would copy into its weights; give "
        "--public-vocabulary where that is no secret, or was not learned from "
        "these rows (mlc data --like)",
        command.data.front(), learned));
  if (rows_ < program.batch)
    throw InputError(fmt::format(
        "{}: has {} rows to train on, but a step of program '{}' takes {} of "
        "them on average; compile the model with a smaller batch",
        command.data.front(), rows_, program.name, program.batch));
  const double rate = PrivateDescent::rateOf(program, rows_);
  const double delta = command.privacy.delta;
  training_.noise = noiseFor(*command.privacy.epsilon, delta, rate, steps_);
  training_.epsilonOf = [noise = training_.noise, rate,
                         delta](std::int64_t steps) {
    return steps == 0 ? 0 : mlc::runtime::epsilonOf(noise, rate, steps, delta);
  };
  training_.key = hasCheckpoint ? readPrivacyKey(command.privacy.keyFile)
                                : drawPrivacyKey();
  entry_.run = nameOfKey(training_.key);
  entry_.started = timeText();
  entry_.steps = {training_.noise, rate, steps_};
  entry_.delta = delta;
}

void PrivateRun::begin() {
  const std::string ledger = ledgerPath(command_.data.front());
  // A run that goes on is there already, unless the data have moved.
  const std::vector<LedgerEntry> runs = readLedger(ledger);
  const auto found = std::ranges::find(runs, entry_.run, &LedgerEntry::run);
  if (hasCheckpoint_ && found != runs.end()) {
    entry_ = *found;
    return;
  }
  const std::string &path = command_.privacy.keyFile;
  const bool keeps = !hasCheckpoint_ && !path.empty();
  if (keeps)
    writePrivacyKey(path, training_.key);
  try {
    entry_ = beginRun(ledger, entry_);
  } catch (...) {
    if (keeps)
      os().remove(path.c_str());
    throw;
  }
}

void PrivateRun::end(std::int64_t steps) const {
  if (steps < steps_ && command_.checkpoints.empty())
    endRun(ledgerPath(command_.data.front()), entry_.run, steps);
}

std::string PrivateRun::promise() const {
  return fmt::format(
      "private: epsilon {:.4g} at delta {} after {} steps, of any one row that "
      "is replaced by nothing; each step takes a row with probability {} / {} "
      "(no secret), clips to {} and adds noise of {:.4g} times that",
      epsilonOf(steps_), command_.privacy.delta, steps_, program_.batch, rows_,
      program_.private_clip, training_.noise);
}

std::vector<OriginEntry> PrivateRun::entries() const {
  const std::string same = "use the same, or start anew in another folder";
  return {
      {"privacy_noise", "noise (of --epsilon, --delta and the steps)",
       fmt::format("{}", training_.noise), same},
      {"privacy_key", "secret of --keep-key", entry_.run, same},
  };
}

std::map<std::string, std::string>
PrivateRun::metadata(std::int64_t steps) const {
  const boost::json::object privacy{
      {"epsilon", epsilonOf(steps)},
      {"delta", command_.privacy.delta},
      {"noise_multiplier", training_.noise},
      {"clip", program_.private_clip},
      {"steps", steps},
      {"rows", rows_},
      {"sampling", "poisson"},
      {"sampling_rate", PrivateDescent::rateOf(program_, rows_)},
      {"unit", entry_.unit},
      {"adjacency", entry_.adjacency},
      {"mechanism", "gaussian, float"}};
  return {{"privacy", boost::json::serialize(privacy)},
          {ledgerMetadata, entry_.line()}};
}

std::string PrivateRun::commitmentTo(const std::string &hash) const {
  return commitment(training_.key, hash);
}

} // namespace mlc::runtime
