//===- TrialRun.cpp - Runs that try out and keep nothing ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TrialRun.h"

#include "Commands/FirstWeights.h"
#include "Commands/RunOrigin.h"
#include "Commands/TrainData.h"
#include "Error.h"
#include "Program/KeptAnswers.h"
#include "System/Console.h"
#include "System/Interrupt.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <unistd.h>

namespace mlc::runtime {

namespace {

/// Hears nothing; one who watches an overfit run is below.
class Silent : public TrainObserver {};

/// A file that is removed again.
class TrialFile {
public:
  explicit TrialFile(const std::string &beside)
      : path_(fmt::format(
            "{}.{}.dry-run",
            beside.empty()
                ? (std::filesystem::temp_directory_path() / "mlc").string()
                : beside,
            ::getpid())) {}
  TrialFile(const TrialFile &) = delete;
  TrialFile &operator=(const TrialFile &) = delete;
  ~TrialFile() {
    std::error_code error;
    std::filesystem::remove(path_, error);
  }
  const std::string &path() const { return path_; }

private:
  std::string path_;
};

void start(const MlcProgram &program, const TrainCommand &command,
           const Examples &training, Model &model) {
  for (const std::string &note :
       setFirstWeights(program, command, training, model))
    printNote(note);
}

std::vector<std::int32_t> firstRows(std::span<const std::int32_t> rows,
                                    std::int64_t count) {
  return {rows.begin(),
          rows.begin() + std::min<std::int64_t>(count, std::ssize(rows))};
}

void expectSame(const Model &model, const Model &other,
                const std::string &path) {
  std::vector<std::span<const float>> saved;
  other.forEachRaw(
      [&](std::span<float> elements) { saved.emplace_back(elements); });
  // The parameters come first; states are not in a file of weights.
  std::size_t tensor = 0;
  model.forEachRaw([&](std::span<float> elements) {
    if (tensor < saved.size() && !std::ranges::equal(elements, saved[tensor]))
      throw InputError(fmt::format("{}: has other weights than were saved; the "
                                   "disk or its driver is at fault",
                                   path));
    ++tensor;
  });
}

/// Ends the run once the rows are learned by heart.
class ByHeart : public TrainObserver {
public:
  explicit ByHeart(double goal) : goal_(goal) {}
  void onEpoch(const EpochResult &epoch) override {
    loss_ = epoch.test->loss;
    step_ = epoch.step;
  }
  bool wantsEnd() const override { return loss_ <= goal_; }
  double loss() const { return loss_; }
  std::int64_t step() const { return step_; }

private:
  double goal_;
  double loss_ = INFINITY;
  std::int64_t step_ = 0;
};

/// The loss of the best answer that is the same for all rows: the entropy of
/// the labels, or their variance; a mean over columns. Weights are tried
/// against it, so it need not be exact for losses that are built otherwise.
double constantLoss(const MlcProgram &program, const Examples &examples,
                    std::span<const std::int32_t> rows) {
  const auto count = double(rows.size());
  const auto entropy = [](double share) {
    return share > 0 ? -share * std::log(share) : 0.0;
  };
  if (taskOf(program) == Task::MultiClass) {
    std::map<std::int32_t, std::int64_t> classes;
    const std::int64_t places = placesOf(program);
    for (std::int32_t row : rows)
      for (std::int64_t place = 0; place < places; ++place)
        ++classes[examples.classLabels()[row * places + place]];
    double loss = 0;
    for (const auto &[label, size] : classes)
      loss += entropy(double(size) / (count * double(places)));
    return loss;
  }
  const std::int64_t columns = columnsOf(program);
  double loss = 0;
  for (std::int64_t column = 0; column < columns; ++column) {
    double sum = 0, squares = 0;
    for (std::int32_t row : rows) {
      const double label = examples.realLabels()[row * columns + column];
      sum += label;
      squares += label * label;
    }
    const double mean = sum / count;
    loss += taskOf(program) == Task::Regression
                ? squares / count - mean * mean
                : entropy(mean) + entropy(1 - mean);
  }
  return loss / double(columns);
}

/// Rows of each class alike; files are often sorted by them.
std::vector<std::int32_t> pickRows(const TrainData &data, std::int64_t count,
                                   std::uint64_t seed) {
  if (count >= data.training.rows())
    return data.trainingRows;
  std::map<std::int64_t, std::vector<std::int32_t>> strata;
  const Permutation order(data.training.rows(), seed, RandomPurpose::Split, 0);
  for (std::int64_t place = 0; place < data.training.rows(); ++place)
    strata[data.training.stratumOf(order(place))].push_back(
        std::int32_t(order(place)));
  std::vector<std::int32_t> rows;
  for (std::size_t turn = 0; std::ssize(rows) < count; ++turn)
    for (const auto &[stratum, members] : strata)
      if (turn < members.size() && std::ssize(rows) < count)
        rows.push_back(members[turn]);
  std::ranges::sort(rows);
  return rows;
}

} // namespace

int dryRun(const MlcProgram &program, const TrainCommand &command) {
  const TrainData data(program, command);
  Model model(program);
  start(program, command, data.training, model);
  Executor executor(program, model, command.threads,
                    data.nonzeroCapacity(program.batch),
                    chooseDevice(program, command.device));
  TrainerOptions options = command.trainer;
  options.epochs = options.maxSteps = 1;
  Silent silent;
  const std::vector<std::int32_t> batch =
      firstRows(data.trainingRows, program.batch);
  Trainer(executor, data.training, batch, options, nullptr, silent).run();
  const bool isTested = !data.testRows.empty();
  const std::vector<std::int32_t> judged =
      firstRows(isTested ? data.testRows : data.trainingRows, program.batch);
  const Evaluation test =
      *Evaluator(executor, isTested ? data.testExamples() : data.training,
                 judged)
           .run();
  const TrialFile file(command.output.empty() ? command.best : command.output);
  const SafetensorsFile *init = nullptr;
  const RunOrigin origin(program, command, *data.training.data().file(),
                         data.test ? data.test->data().file() : nullptr, init,
                         /*privacy=*/nullptr);
  saveWeights(file.path(), program, model, origin.provenance(1),
              data.vectorizer);
  const SafetensorsFile saved(file.path());
  Model loaded(program, ModelStates::None);
  loadWeights(saved, program, loaded);
  expectSame(model, loaded, file.path());
  printResult(fmt::format(
      "dry run: one step of {} rows; {} rows evaluated, loss {:.4f}, {} {}; "
      "weights of {} bytes saved, read back and removed\n",
      batch.size(), judged.size(), test.loss, scoreName(program),
      scoreText(program, test.score), std::filesystem::file_size(file.path())));
  finishOutput();
  return 0;
}

int overfit(const MlcProgram &program, const TrainCommand &command) {
  const TrainData data(program, command);
  const std::vector<std::int32_t> rows =
      pickRows(data, command.overfit, command.trainer.seed);
  const double constant = constantLoss(program, data.training, rows);
  constexpr double hardly = 0.01;
  if (!(constant > 0))
    throw InputError(fmt::format("{}: all of the {} rows have one label, which "
                                 "any model learns; give --overfit more rows",
                                 command.data, rows.size()));
  Model model(program);
  start(program, command, data.training, model);
  Executor executor(program, model, command.threads,
                    data.nonzeroCapacity(program.batch),
                    chooseDevice(program, command.device));
  // Some thousand steps are enough for any rate that is of use.
  constexpr std::int64_t mostSteps = 5000;
  TrainerOptions options = command.trainer;
  options.maxSteps = std::min(options.maxSteps, mostSteps);
  options.epochs = options.maxSteps;
  options.schedule = {}; // Its end would be at a step that is soon enough.
  ByHeart observer(hardly * constant);
  Evaluator evaluator(executor, data.training, rows);
  const double before = evaluator.run()->loss;
  const InterruptGuard guard;
  Trainer(executor, data.training, rows, options, &evaluator, observer).run();
  if (const int signal = pendingSignal())
    return 128 + signal;
  if (!observer.wantsEnd())
    throw InputError(fmt::format(
        "{}: the loss of {} rows is still {:.4f} after {} steps, having been "
        "{:.4f} (a constant answer has {:.4f}); the model cannot learn them by "
        "heart: try another --learning-rate, more units or less dropout, and "
        "see whether equal rows have different labels",
        command.data, rows.size(), observer.loss(), observer.step(), before,
        constant));
  printResult(fmt::format("overfit: the loss of {} rows went from {:.4f} to "
                          "{:.4f} in {} steps (a constant answer has {:.4f})\n",
                          rows.size(), before, observer.loss(), observer.step(),
                          constant));
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
