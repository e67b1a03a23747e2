//===- RunRecorder.cpp - Writes the record of a training ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/RunRecorder.h"

#include "Audit/Digest.h"
#include "Commands/RecordFile.h"
#include "Program/StoredFigures.h"
#include "System/OperatingSystem.h"
#include "Train/EpochFigures.h"

#include <algorithm>

namespace mlc::runtime {

static std::vector<SourceFile> sourcesOf(const TrainCommand &command) {
  std::vector<SourceFile> files = {{"program", pathOfThisProgram()}};
  for (const std::string &path : command.data)
    files.push_back({"data", path});
  for (const auto &[role, path] :
       {std::pair("test", command.test),
        std::pair("first weights", command.first.init),
        std::pair("earlier run", command.continued),
        std::pair("word vectors", command.first.vectors),
        std::pair("forgotten rows", command.forgotten)})
    files.push_back({role, path});
  std::erase_if(files,
                [](const SourceFile &file) { return file.path.empty(); });
  return files;
}

static std::vector<std::string> pathsOf(std::span<const SourceFile> files) {
  std::vector<std::string> paths;
  for (const SourceFile &file : files)
    paths.push_back(file.path);
  return paths;
}

/// Whether to look through the rows takes longer than to wait for a thread.
static bool isLarge(const Dataset &data) {
  constexpr std::int64_t large = 1 << 20; // numbers; some milliseconds
  return (data.isSparse() ? data.nonzeros() : data.rows() * data.width()) >
         large;
}

RunRecorder::RunRecorder(const MlcProgram &program, const TrainCommand &command,
                         const RunOrigin &origin, const TrainData &data)
    : program_(program), command_(command), origin_(origin),
      key_(keyFor(command.sign)), files_(sourcesOf(command)),
      digests_(pathsOf(files_)), started_(timeText()),
      start_(std::chrono::steady_clock::now()),
      counting_(
          [this, &data] {
            distribution_ =
                distributionOf(data.training.data(), data.trainingRows);
          },
          isLarge(data.training.data())) {}

void RunRecorder::onEpoch(const EpochResult &epoch) {
  figures_ = {{"epoch", double(epoch.epoch)}};
  std::ranges::copy(figuresOf(program_, epoch), std::back_inserter(figures_));
  energy_.update();
}

void RunRecorder::stop() {
  finished_ = timeText();
  seconds_ =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_)
          .count();
  energy_.update();
}

std::vector<RecordedFile> RunRecorder::sources() {
  const std::vector<std::string> &digests = digests_.finish();
  std::vector<RecordedFile> recorded;
  for (std::size_t i = 0; i < files_.size(); ++i)
    recorded.push_back(
        {files_[i].role, recordedName(files_[i].path), digests[i]});
  return recorded;
}

RunCost RunRecorder::cost(const RunWork &work) const {
  const MlcAmount &amount = findEntry(program_, "train")->multiplications;
  return {.seconds = seconds_,
          .multiplications =
              amount.constant * double(work.steps) +
              amountOf({0, amount.per_row, amount.per_nonzero},
                       double(work.examples),
                       double(work.examples) * work.nonzerosPerExample),
          .joules = energy_.joules()};
}

std::map<std::string, std::string> recordedOptions(const TrainCommand &command,
                                                   const RunOrigin &origin) {
  std::map<std::string, std::string> options;
  for (const OriginEntry &entry : origin.entries())
    // What is only told of a run, or chooses which weights of it are kept.
    if (entry.key != "metrics" && entry.key != "measure" &&
        entry.key != "best" && entry.key != "select_by" &&
        entry.key != "min_delta")
      options[entry.key] = entry.value;
  const TrainerOptions &trainer = command.trainer;
  options["epochs"] = std::to_string(trainer.epochs);
  if (trainer.maxSteps != TrainerOptions().maxSteps)
    options["max_steps"] = std::to_string(trainer.maxSteps);
  return options;
}

void RunRecorder::write(const std::string &weights, const RunWork &work) {
  counting_.join();
  const SafetensorsFile saved(weights);
  std::vector<Figure> figures = storedFigures(saved);
  if (figures.empty())
    figures = figures_;
  writeRecord({.weights = {},
               .sources = sources(),
               .options = recordedOptions(command_, origin_),
               .steps = std::stoll(saved.metadata().at("steps")),
               .environment = environmentOf(command_.threads, work.device),
               .started = started_,
               .finished = finished_,
               .figures = std::move(figures),
               .cost = cost(work),
               .distribution = distribution_},
              weights, key_);
}

} // namespace mlc::runtime
