//===- CompiledRun.cpp - Runs of a compiled program -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/CompiledRun.h"

#include "Device/DeviceChoice.h"
#include "Program/Weights.h"

#include <cstring>
#include <numeric>

using namespace mlc;
using runtime::chooseDevice;

ModelNumbers::ModelNumbers(const MlcProgram &program,
                           const runtime::Model &model) {
  auto copy = [](std::span<const float> from) {
    return std::vector<float>(from.begin(), from.end());
  };
  for (int64_t i = 0; i < program.parameter_count; ++i)
    parameters.push_back(copy(model.parameter(i)));
  for (int64_t i = 0; i < program.state_count; ++i)
    states.push_back(copy(model.state(i)));
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

/// Bits, so that NaN equals itself and 0 is not -0.
static std::optional<size_t> firstDifferent(const std::vector<float> &a,
                                            const std::vector<float> &b) {
  if (a.size() != b.size())
    return std::min(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0)
      return i;
  return std::nullopt;
}

std::optional<std::string> mlc::firstDifference(const MlcProgram &program,
                                                const RunNumbers &run,
                                                const RunNumbers &other) {
  auto compare = [](const std::string &what, const std::vector<float> &a,
                    const std::vector<float> &b) -> std::optional<std::string> {
    if (const auto at = firstDifferent(a, b))
      return what + " " + std::to_string(*at);
    return std::nullopt;
  };
  if (auto found = compare("loss of step", run.losses, other.losses))
    return found;
  for (int64_t i = 0; i < program.parameter_count; ++i)
    if (auto found =
            compare(std::string("parameter \"") + program.parameters[i].name +
                        "\", element",
                    run.model->parameters[i], other.model->parameters[i]))
      return found;
  for (int64_t i = 0; i < program.state_count; ++i)
    if (auto found = compare(std::string("state \"") + program.states[i].name +
                                 "\", element",
                             run.model->states[i], other.model->states[i]))
      return found;
  if (auto found = compare("evaluated output", run.evaluated, other.evaluated))
    return found;
  if (auto found =
          compare("evaluated loss of batch", run.testLosses, other.testLosses))
    return found;
  return compare("predicted output", run.predicted, other.predicted);
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

CompiledRun::CompiledRun(const MlcProgram &program, const CheckOptions &options,
                         int64_t threads)
    : program_(program), options_(options),
      examples_(program, options.run.data, runtime::LabelUse::Taught),
      weights_(program) {
  const runtime::SafetensorsFile init(options.run.init);
  runtime::loadWeights(init, program, weights_);
  executor_.emplace(
      program, weights_, threads, examples_.nonzeroCapacity(program.batch),
      chooseDevice(program, runtime::parseDevice(options.device)));
}

double CompiledRun::learningRate() const {
  return options_.run.learningRate.value_or(program_.learning_rate);
}

namespace {
class Observer : public runtime::TrainObserver {
public:
  explicit Observer(const CompiledRun::OnSteps &onSteps) : callback_(onSteps) {}
  void onSteps(const runtime::StepsResult &result) override {
    losses.insert(losses.end(), result.losses.begin(), result.losses.end());
    if (callback_)
      callback_(losses);
  }
  std::vector<float> losses;

private:
  const CompiledRun::OnSteps &callback_;
};
} // namespace

RunNumbers CompiledRun::run(int64_t stepsPerCall, const OnSteps &onSteps) {
  runtime::TrainerOptions trainer;
  trainer.epochs = options_.run.epochs.value_or(program_.epochs);
  trainer.learningRate = learningRate();
  trainer.schedule = runtime::ownSchedule(program_);
  trainer.seed = options_.run.seed;
  trainer.shuffle = options_.run.shuffle;
  trainer.maxSteps = options_.run.steps;
  trainer.maxStepsPerCall = stepsPerCall;
  Observer observer(onSteps);
  const std::vector<int32_t> rows = runtime::allRows(examples_.rows());
  runtime::Trainer(*executor_, examples_, rows, trainer, nullptr, observer)
      .run();

  RunNumbers numbers;
  numbers.losses = std::move(observer.losses);
  numbers.model.emplace(program_, weights_);
  runtime::ForwardPass pass(*executor_, examples_);
  pass.run(
      runtime::ProgramStep::Evaluate, rows,
      [&](const runtime::ForwardChunk &chunk) {
        numbers.evaluated.insert(numbers.evaluated.end(), chunk.outputs.begin(),
                                 chunk.outputs.end());
        numbers.testLosses.insert(numbers.testLosses.end(),
                                  chunk.losses.begin(), chunk.losses.end());
      });
  pass.run(runtime::ProgramStep::Predict, rows,
           [&](const runtime::ForwardChunk &chunk) {
             numbers.predicted.insert(numbers.predicted.end(),
                                      chunk.outputs.begin(),
                                      chunk.outputs.end());
           });
  return numbers;
}
