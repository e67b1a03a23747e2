//===- RunOrigin.cpp - What a run's bits depend on ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/RunOrigin.h"

#include "CPU/Blas.h"
#include "Commands/EarlierOptions.h"
#include "Data/Hash.h"
#include "Train/Schedule.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

namespace mlc::runtime {

RunOrigin::RunOrigin(const MlcProgram &program, const TrainCommand &command,
                     const TrainData &data, const SafetensorsFile *init,
                     const SafetensorsFile *continued,
                     const PrivateRun *privacy)
    : program_(program), command_(command), data_(data), init_(init),
      continued_(continued), privacy_(privacy),
      earlier_(entriesOfEarlier(command, columnsOf(program))) {}

/// Empty for null.
const std::string &RunOrigin::hashOf(const SafetensorsFile *file) const {
  std::string &hash = hashes_[file];
  if (file && hash.empty())
    hash = file->hash();
  return hash;
}

std::string RunOrigin::hashOfData() const {
  std::string hashes;
  for (const SafetensorsFile *part : data_.files())
    hashes += (hashes.empty() ? "" : ",") + hashOf(part);
  return hashes;
}

/// Empty where there are none.
const std::string &RunOrigin::hashOfVectors() const {
  if (hashOfVectors_.empty() && !command_.first.vectors.empty())
    hashOfVectors_ = hashOfFile(command_.first.vectors);
  return hashOfVectors_;
}

/// A schedule, and the epochs that it is over where rates depend on them, or
/// what it goes on from; empty where the rate is constant.
static std::string scheduleEntry(const TrainerOptions &trainer) {
  if (isConstant(trainer.schedule))
    return "";
  std::string text = scheduleText(trainer.schedule);
  const ScheduleSpan &span = trainer.scheduleSpan;
  if (span.stepsPerEpoch > 0)
    return text + fmt::format(" over {} epochs of {} steps from step {}",
                              span.epochs, span.stepsPerEpoch,
                              span.stepsBefore);
  if (dependsOnLength(trainer.schedule))
    text += fmt::format(" over {} epochs", trainer.epochs);
  return text;
}

/// Empty for null, and where the file does not say.
static std::string saidOf(const SafetensorsFile *file, const char *key) {
  if (!file)
    return "";
  const auto found = file->metadata().find(key);
  return found == file->metadata().end() ? "" : found->second;
}

std::vector<OriginEntry> RunOrigin::entries() const {
  const TrainerOptions &trainer = command_.trainer;
  const std::string same = "use the same, or start anew in another folder";
  const std::string program = "resume with the program that made it, or start "
                              "anew in another folder";
  const auto yesOrNo = [](bool value) { return value ? "yes" : "no"; };
  std::vector<OriginEntry> entries = {
      {"program", "program", program_.name, program},
      {"model_hash", "model", hashText(std::uint64_t(program_.model_hash)),
       program},
      {"compiler", "compiler", program_.compiler, program},
      {"target", "target CPU", program_.target, program},
      {"blas_kernels", "set of OpenBLAS kernels", blasKernels(),
       "set OPENBLAS_CORETYPE to the one that made it, where this CPU has it"},
      {"batch", "batch size", std::to_string(program_.batch), program},
      privacy_
          ? OriginEntry{"data_commitment",
                        "data set (hash of --data with the secret)",
                        privacy_->commitmentTo(hashOfData()), same}
          : OriginEntry{"data_hash", "data set (hash of --data)", hashOfData(),
                        "use the same, start anew in another folder, or "
                        "give --continue and another folder to go on "
                        "with other data"},
      {"test_hash", "test set (hash of --test)",
       hashOf(data_.test ? data_.test->data().file() : nullptr), same},
      {"init_hash", "first weights (hash of --init)", hashOf(init_), same},
      {"continued_hash", "earlier run (hash of --continue)", hashOf(continued_),
       same},
      {"continued_data_hash", "data set of the earlier run",
       saidOf(continued_, "data_hash"), same},
      {"vectors_hash", "word vectors (hash of --vectors)", hashOfVectors(),
       same},
      {"into", "--into", command_.first.into, same},
      {"init_map", "--init-map", command_.first.map, same},
      {"init_missing", "--init-missing",
       command_.first.names.mayMiss ? "random" : "", same},
      {"seed", "--seed", std::to_string(trainer.seed), same},
      {"learning_rate", "--learning-rate",
       fmt::format("{}", trainer.learningRate), same},
      {"schedule", "--schedule", scheduleEntry(trainer), same},
      {"skip_outliers", "--skip-outliers",
       trainer.skipOutliers ? fmt::format("{}", *trainer.skipOutliers) : "",
       same},
      {"shuffle", "order of rows (shuffled)", yesOrNo(trainer.shuffle), same},
      // Where all rows are in one, it changes nothing.
      {"window", "--window",
       trainer.shuffle && trainer.window < data_.rows()
           ? std::to_string(trainer.window)
           : "",
       same},
      {"validation", "--validation", fmt::format("{}", command_.validation),
       same},
      {"class_weight", "--class-weight", command_.classWeights.text, same},
      {"metrics", "choice of --metrics",
       command_.metrics.empty()    ? "none"
       : command_.metricsEveryStep ? "every step"
                                   : "every epoch",
       same},
      {"measure", "--measure",
       fmt::format("{}", fmt::join(command_.measures, ",")), same},
      {"select_by", "--select-by", command_.selectBy, same},
      {"min_delta", "--min-delta", fmt::format("{}", command_.minDelta), same},
      {"best", "choice of --best (given)", yesOrNo(!command_.best.empty()),
       same},
  };
  if (privacy_)
    std::ranges::copy(privacy_->entries(), std::back_inserter(entries));
  return entries;
}

/// What texts, tables and labels need to be read, and answers to be said.
static constexpr const char *readingKeys[] = {
    "vectorizer", "table", "class_names", "target_mean", "target_sd"};

std::map<std::string, std::string> RunOrigin::facts() const {
  const MlcProgram &program = program_;
  const std::int64_t steps = (data_.rows() + program.batch - 1) / program.batch;
  const ScheduleSpan span = spanOf(command_.trainer, steps);
  std::map<std::string, std::string> facts = {
      {"features", std::to_string(data_.training.data().width())},
      {"schedule_steps_per_epoch", std::to_string(span.stepsPerEpoch)},
      {"schedule_epochs", std::to_string(span.epochs)},
      {"schedule_steps_before", std::to_string(span.stepsBefore)}};
  if (const auto hash = vectorizerHash(data_.file()))
    facts["vectorizer_hash"] = *hash;
  for (const char *key : {"class_names", "target_mean", "target_sd"})
    if (const std::string value = saidOf(&data_.file(), key); !value.empty())
      facts[key] = value;
  // What was learned before, for weights that come of what goes on from here.
  std::map<std::string, std::string> learned = earlier_;
  if (!privacy_) // Nothing goes on from a private run.
    learned["data_hash"] = hashOfData();
  for (const SafetensorsFile *before : {init_, continued_})
    if (before)
      addLearnedBefore(before->metadata(), learned);
  if (const auto found = learned.find("also_learned"); found != learned.end())
    facts["also_learned"] = found->second;
  return facts;
}

std::map<std::string, std::string>
RunOrigin::provenance(std::int64_t steps) const {
  const TrainerOptions &trainer = command_.trainer;
  std::string options = fmt::format(
      "{{\"epochs\": {}, \"learning_rate\": {}, \"batch\": {}, \"shuffle\": {}",
      trainer.epochs, trainer.learningRate, program_.batch, trainer.shuffle);
  if (!isConstant(trainer.schedule))
    options +=
        fmt::format(", \"schedule\": \"{}\"", scheduleText(trainer.schedule));
  if (trainer.skipOutliers)
    options += fmt::format(", \"skip_outliers\": {}", *trainer.skipOutliers);
  if (command_.validation > 0)
    options += fmt::format(", \"validation\": {}", command_.validation);
  if (!command_.classWeights.text.empty())
    options += fmt::format(", \"class_weight\": {}",
                           boost::json::serialize(boost::json::string(
                               command_.classWeights.text)));
  std::map<std::string, std::string> provenance = {
      {"seed", std::to_string(trainer.seed)},
      {"options", options + "}"},
      {"steps", std::to_string(steps)},
  };
  if (privacy_) {
    provenance["data_commitment"] = privacy_->commitmentTo(hashOfData());
    provenance.merge(privacy_->metadata(steps));
  } else {
    provenance["data_hash"] = hashOfData();
  }
  if (const auto hash = vectorizerHash(data_.file()))
    provenance["vectorizer_hash"] = *hash;
  for (const char *key : readingKeys)
    if (const std::string value = saidOf(&data_.file(), key); !value.empty())
      provenance[key] = value;
  provenance.insert(earlier_.begin(), earlier_.end());
  if (init_) {
    provenance["init_hash"] = hashOf(init_);
    addLearnedBefore(init_->metadata(), provenance);
  }
  if (continued_) {
    provenance["continued_hash"] = hashOf(continued_);
    addLearnedBefore(continued_->metadata(), provenance);
  }
  return provenance;
}

} // namespace mlc::runtime
