//===- TrainOptions.cpp - The options of train ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TrainOptions.h"

#include "Commands/EarlierOptions.h"
#include "Commands/FirstWeights.h"
#include "Commands/KeepingOptions.h"
#include "Commands/MeasureOptions.h"
#include "Commands/NumberOptions.h"
#include "Commands/PrivateOptions.h"
#include "Commands/ScheduleOptions.h"
#include "Commands/SharedOptions.h"

#include <CLI/CLI.hpp>

namespace mlc::runtime {

/// What --skip-outliers is given; nothing where that is no such number.
static std::optional<double> outlierScore(const std::string &text) {
  double score = 0;
  const char *end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, score);
  if (read.ec != std::errc() || read.ptr != end || !(score > 0) ||
      !(score < RecentValues::largestScore))
    return std::nullopt;
  return score;
}

static void addTraining(CLI::App &command, const MlcProgram &program,
                        TrainCommand &train) {
  TrainerOptions &trainer = train.trainer;
  trainer.epochs = program.epochs;
  trainer.learningRate = program.learning_rate;
  addWhole(&command, "--epochs", trainer.epochs, "passes over the data")
      ->capture_default_str();
  addReal(&command, "--learning-rate", trainer.learningRate, "of the optimiser",
          "a number of at least 0", [](double rate) { return rate >= 0; })
      ->capture_default_str();
  command
      .add_option_function<std::string>(
          "--class-weight",
          [&train](const std::string &text) {
            readClassWeights(text, train.classWeights);
          },
          "how much the rows of classes count: balanced, so that each class "
          "counts alike, or NAME=W,... with 1 for others")
      ->check([](const std::string &text) {
        ClassWeights ignored;
        return readClassWeights(text, ignored);
      })
      ->type_name("WEIGHTS");
  addScheduleOptions(command, train.schedule);
  addWhole(&command, "--seed", trainer.seed, "key of all random numbers")
      ->capture_default_str()
      ->each([&train](const std::string &) { train.isSeedGiven = true; });
  command
      .add_option_function<std::string>(
          "--skip-outliers",
          [&trainer](const std::string &text) {
            trainer.skipOutliers = outlierScore(text);
          },
          "do not apply a step whose loss, or the norm of whose gradient where "
          "the program tells it, is so many standard deviations above the "
          "mean of the last 128")
      ->check([](const std::string &text) {
        return outlierScore(text)
                   ? std::string()
                   : fmt::format("expected a number above 0 and below {:.2f}, "
                                 "which is the most that one of {} values can "
                                 "be above their mean, but got {}",
                                 RecentValues::largestScore, RecentValues::size,
                                 text);
      })
      ->type_name("Z");
  addWhole(&command, "--max-steps", trainer.maxSteps,
           "stop after so many steps");
  command.add_flag_callback(
      "--no-shuffle", [&trainer] { trainer.shuffle = false; },
      "take the rows in the file's order");
  addWhole(&command, "--window", trainer.window,
           "rows that are shuffled among each other, and of a data set larger "
           "than memory in memory, at a time; changes the order of sets that "
           "have more",
           std::int64_t(1))
      ->capture_default_str();
}

static void addTrials(CLI::App &command, TrainCommand &train) {
  CLI::Option *dry = command.add_flag(
      "--dry-run", train.dryRun,
      "take one step, evaluate a batch, save weights and read them back, to "
      "see whether the run would do; keeps nothing");
  addWhole<std::int64_t>(&command, "--overfit", train.overfit,
                         "learn this many rows by heart, to see whether the "
                         "model can learn at all; keeps nothing",
                         2)
      ->excludes(dry);
}

void addTrainOptions(CLI::App &command, const MlcProgram &program,
                     TrainCommand &train) {
  addParts(command, train.data,
           "data set to learn from; several files, or a pattern such as "
           "'train-*.safetensors', are its parts")
      ->required();
  CLI::Option *test = addFile(command, "--test", train.test,
                              "data set to test on after each epoch");
  addReal(&command, "--validation", train.validation,
          "share of the data to set aside and test on, such as 0.1",
          "a share between 0 and 1",
          [](double share) { return share > 0 && share < 1; })
      ->excludes(test);
  addTraining(command, program, train);
  addThreads(command, train.threads);
  addDevice(command, train.device);
  addFile(command, "--metrics", train.metrics,
          "write figures here as JSON lines");
  command
      .add_flag("--metrics-every-step", train.metricsEveryStep,
                "also a line for each step")
      ->needs("--metrics");
  command.add_flag("--profile", train.profile,
                   "print where the time of a step goes, at the end");
  addMeasureOption(command, train.measures,
                   "also tell these figures of each test, such as f1,roc_auc");
  addFile(command, "--report", train.report,
          "write a page of figures and curves here, as HTML");
  addFirstWeightsOptions(command, train.first);
  addEarlierOptions(command, train);
  command
      .add_option("--tensorboard", train.tensorboard,
                  "write figures into this folder as TensorBoard reads them")
      ->type_name("DIR");
  addFile(command, "-o,--output", train.output,
          "write the weights here, and beside them FILE.run.json, which says "
          "where they come from");
  addFile(command, "--sign", train.sign,
          "sign that with this secret key, which mlc key new makes");
  command.add_flag("-q,--quiet", train.isQuiet,
                   "print no progress and no epochs, but warnings and errors");
  addKeepingOptions(command, train);
  addPrivateOptions(command, train);
  addTrials(command, train);
}

} // namespace mlc::runtime
