//===- TrainCommand.cpp - PROGRAM train -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Train/Commands.h"
#include "Train/Console.h"
#include "Train/Interrupt.h"
#include "Train/OutputPaths.h"
#include "Train/Split.h"
#include "Train/TrainReport.h"
#include "Train/Weights.h"

#include <csignal>
#include <fmt/format.h>

namespace mlc::runtime {

namespace {

void checkOutputs(const TrainCommand &command) {
  const std::vector<std::string> inputs = {command.data, command.test,
                                           command.init};
  expectDistinct("-o", command.output, inputs);
  expectDistinct("--metrics", command.metrics, inputs);
  expectDistinct("--metrics", command.metrics, {command.output});
  if (!command.output.empty())
    expectWritable(command.output);
}

/// What the weights came from: all that decides their bits, so neither the
/// time nor the number of threads.
std::map<std::string, std::string> provenanceOf(const MlcProgram &program,
                                                const TrainCommand &command,
                                                std::int64_t steps,
                                                const Examples &data,
                                                const SafetensorsFile *init) {
  const TrainerOptions &trainer = command.trainer;
  std::string options = fmt::format(
      "{{\"epochs\": {}, \"learning_rate\": {}, \"batch\": {}, \"shuffle\": {}",
      trainer.epochs, trainer.learningRate, program.batch, trainer.shuffle);
  if (command.validation > 0)
    options += fmt::format(", \"validation\": {}", command.validation);
  std::map<std::string, std::string> provenance = {
      {"data_hash", data.data().file()->hash()},
      {"seed", std::to_string(trainer.seed)},
      {"options", options + "}"},
      {"steps", std::to_string(steps)},
  };
  const SafetensorsFile &file = *data.data().file();
  if (const auto hash = vectorizerHash(file)) {
    provenance["vectorizer"] = file.metadata().at("vectorizer");
    provenance["vectorizer_hash"] = *hash;
  }
  if (init)
    provenance["init_hash"] = init->hash();
  return provenance;
}

/// What training and testing take their rows from.
struct Data {
  Examples training;
  std::optional<Examples> test;
  std::vector<std::int32_t> trainingRows, testRows;
  std::vector<TensorView> vectorizer; ///< For the weights file.

  Data(const MlcProgram &program, const TrainCommand &command)
      : training(program, command.data, LabelUse::Needed),
        vectorizer(vectorizerTensors(*training.data().file(), program)) {
    if (!command.test.empty()) {
      test.emplace(program, command.test, LabelUse::Needed);
      test->expectSameVectorizer(*training.data().file());
      testRows = allRows(test->rows());
    }
    if (command.validation > 0) {
      Split split =
          splitRows(training, command.validation, command.trainer.seed);
      trainingRows = std::move(split.training);
      testRows = std::move(split.validation);
    } else {
      trainingRows = allRows(training.rows());
    }
  }

  const Examples &testExamples() const { return test ? *test : training; }

  std::int64_t nonzeroCapacity(std::int64_t batch) const {
    return std::max(training.nonzeroCapacity(batch),
                    testExamples().nonzeroCapacity(batch));
  }
};

/// Trains the executor's model and tells of it. Returns the steps done.
std::int64_t train(const TrainCommand &command, Executor &executor,
                   const Data &data) {
  const MlcProgram &program = executor.program();
  std::optional<Evaluator> evaluator;
  if (!data.testRows.empty())
    evaluator.emplace(executor, data.testExamples(), data.testRows);
  // All inputs are good: from here on files are written.
  std::optional<MetricsFile> metrics;
  if (!command.metrics.empty())
    metrics.emplace(program, command.metrics);
  printNote(fmt::format(
      "training {} on {} rows, batch {}, {} thread{}{}", program.name,
      data.trainingRows.size(), program.batch, command.threads,
      command.threads == 1 ? "" : "s",
      command.output.empty() ? "; weights are not saved (no -o)" : ""));
  TrainReport report(program, command.trainer.epochs,
                     command.test.empty() ? "validation" : "test",
                     metrics ? &*metrics : nullptr, command.metricsEveryStep);
  Trainer trainer(executor, data.training, data.trainingRows, command.trainer,
                  evaluator ? &*evaluator : nullptr, report);
  trainer.run();
  return trainer.stepsDone();
}

} // namespace

int runCommand(const MlcProgram &program, const TrainCommand &command) {
  checkOutputs(command);
  const Data data(program, command);
  Model model(program);
  std::optional<SafetensorsFile> init;
  if (command.init.empty()) {
    model.initialize(command.trainer.seed);
  } else {
    init.emplace(command.init);
    loadWeights(*init, program, model);
    data.training.expectSameVectorizer(*init);
  }
  Executor executor(program, model, command.threads,
                    data.nonzeroCapacity(program.batch));

  // A reader of stdout that goes away must not cost the weights.
  std::signal(SIGPIPE, SIG_IGN);
  const InterruptGuard guard;
  const std::int64_t steps = train(command, executor, data);
  if (!command.output.empty())
    saveWeights(command.output, program, model,
                provenanceOf(program, command, steps, data.training,
                             init ? &*init : nullptr),
                data.vectorizer);
  if (const int signal = pendingSignal()) {
    printNote(fmt::format("stopped after step {}; {}", steps,
                          command.output.empty()
                              ? "weights are not saved (no -o)"
                              : "weights saved to " + command.output));
    return 128 + signal;
  }
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
