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
                     const SafetensorsFile &data, const SafetensorsFile *test,
                     const SafetensorsFile *init, const PrivateRun *privacy)
    : program_(program), command_(command), data_(data), test_(test),
      init_(init), privacy_(privacy),
      earlier_(entriesOfEarlier(command, columnsOf(program))) {}

/// Empty for null.
const std::string &RunOrigin::hashOf(const SafetensorsFile *file) const {
  std::string &hash = hashes_[file];
  if (file && hash.empty())
    hash = file->hash();
  return hash;
}

/// Empty where there are none.
const std::string &RunOrigin::hashOfVectors() const {
  if (hashOfVectors_.empty() && !command_.first.vectors.empty())
    hashOfVectors_ = hashOfFile(command_.first.vectors);
  return hashOfVectors_;
}

/// A schedule, and the epochs that it is over where rates depend on them; empty
/// where the rate is constant.
static std::string scheduleEntry(const TrainerOptions &trainer) {
  if (isConstant(trainer.schedule))
    return "";
  std::string text = scheduleText(trainer.schedule);
  if (dependsOnLength(trainer.schedule))
    text += fmt::format(" over {} epochs", trainer.epochs);
  return text;
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
      privacy_ ? OriginEntry{"data_commitment",
                             "data set (hash of --data with the secret)",
                             privacy_->commitmentTo(hashOf(&data_)), same}
               : OriginEntry{"data_hash", "data set (hash of --data)",
                             hashOf(&data_), same},
      {"test_hash", "test set (hash of --test)", hashOf(test_), same},
      {"init_hash", "first weights (hash of --init)", hashOf(init_), same},
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
      {"shuffle", "order of rows (shuffled)", yesOrNo(trainer.shuffle), same},
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

std::map<std::string, std::string>
RunOrigin::provenance(std::int64_t steps) const {
  const TrainerOptions &trainer = command_.trainer;
  std::string options = fmt::format(
      "{{\"epochs\": {}, \"learning_rate\": {}, \"batch\": {}, \"shuffle\": {}",
      trainer.epochs, trainer.learningRate, program_.batch, trainer.shuffle);
  if (!isConstant(trainer.schedule))
    options +=
        fmt::format(", \"schedule\": \"{}\"", scheduleText(trainer.schedule));
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
    provenance["data_commitment"] = privacy_->commitmentTo(hashOf(&data_));
    provenance.merge(privacy_->metadata(steps));
  } else {
    provenance["data_hash"] = hashOf(&data_);
  }
  if (const auto hash = vectorizerHash(data_)) {
    provenance["vectorizer_hash"] = *hash;
  }
  // What texts, tables and labels need to be read, and answers to be said.
  for (const char *key :
       {"vectorizer", "table", "class_names", "target_mean", "target_sd"})
    if (const auto found = data_.metadata().find(key);
        found != data_.metadata().end())
      provenance[key] = found->second;
  provenance.insert(earlier_.begin(), earlier_.end());
  if (init_) {
    provenance["init_hash"] = hashOf(init_);
    addLearnedBefore(init_->metadata(), provenance);
  }
  return provenance;
}

} // namespace mlc::runtime
