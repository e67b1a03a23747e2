//===- Check.cpp - Compiled against reference, step by step ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/Check.h"

#include "Error.h"
#include "lib/Check/CompiledRun.h"
#include "lib/Check/OpSearch.h"
#include "lib/Check/Turns.h"
#include "lib/Reference/ReferenceData.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;
using runtime::InputError;

/// Disturbed interpretations of a step: at first, and where a number lies
/// outside the cloud of those.
static constexpr int kSamples = 4, kManySamples = 60;
/// Quotients above which many samples are worth their time: few ones may all
/// lie close to the middle by chance.
static constexpr double kSuspicious = 0.5;

/// " at FILE:LINE:COLUMN", where that is known.
static std::string placeOf(Location location) {
  auto place = dyn_cast<FileLineColLoc>(location);
  if (!place)
    return "";
  return llvm::formatv(" at {0}:{1}:{2}", place.getFilename().getValue(),
                       place.getLine(), place.getColumn());
}

namespace {
/// One check; the first difference ends it.
class Checker {
public:
  Checker(ModuleOp differentiated, const MlcProgram &program,
          const CheckOptions &options)
      : module(differentiated), program(program), options(options),
        data(options.run.data) {
    const StepFunction train = function(steps::kTrain);
    auto typeOf = [&](StringRef role) {
      return cast<RankedTensorType>(train.argumentTypes(role).front());
    };
    inputs.data = makeDatum(loadExamples(data, typeOf(steps::kData)));
    inputs.labels = makeDatum(loadLabels(data, typeOf(steps::kLabels)));
    inputs.seed = options.run.seed;
  }

  /// False where a diagnostic has been emitted.
  bool check() {
    CompiledRun first(program, options, options.threads.front());
    inputs.learningRate = first.learningRate();
    take(ModelNumbers(program, first.model()));
    RunNumbers numbers;
    try {
      numbers = first.run(/*stepsPerCall=*/1, [&](const auto &losses) {
        checkStep(losses.back(), ModelNumbers(program, first.model()));
      });
    } catch (const InputError &) {
      // The loss of the next step is not finite.
      checkStep(NAN, ModelNumbers(program, first.model()));
    }
    if (isDone())
      return !failed;
    checkForward(numbers);
    for (int64_t threads : options.threads)
      checkBits(numbers, program, threads, "threads");
    if (options.device != "cpu")
      return !failed; // A GPU has no workers that could take turns.
    for (int64_t workers : options.turns) {
      checkTurns(numbers, workers, Order::FirstToLast,
                 "workers in turns, the first one first");
      checkTurns(numbers, workers, Order::LastToFirst,
                 "workers in turns, the last one first");
    }
    return !failed;
  }

  CheckResult result;

private:
  bool isDone() const {
    return failed || result.diverged || !result.difference.empty();
  }
  StepFunction function(StringRef name) {
    return StepFunction(module.lookupSymbol<func::FuncOp>(name));
  }

  /// The numbers before the next step.
  void take(const ModelNumbers &numbers) {
    auto copy = [](const std::vector<float> &from, const MlcShape &shape) {
      return makeDatum(Reals(runtime::sizesOf(shape),
                             std::vector<double>(from.begin(), from.end())));
    };
    inputs.parameters.clear();
    inputs.states.clear();
    for (int64_t i = 0; i < program.parameter_count; ++i)
      inputs.parameters.push_back(
          copy(numbers.parameters[i], program.parameters[i].shape));
    for (int64_t i = 0; i < program.state_count; ++i)
      inputs.states.push_back(copy(numbers.states[i], program.states[i].shape));
  }

  /// Compares what the compiled program made of `inputs` with their cloud.
  void compare(StringRef name, const StepNumbers &actual,
               const llvm::Twine &where) {
    Distance distance;
    for (int samples : {kSamples, kManySamples}) {
      auto cloud = RoundingCloud::make(function(name), inputs, samples,
                                       /*seed=*/inputs.number);
      if (mlir::failed(cloud)) {
        failed = true;
        return;
      }
      distance = cloud->farthest(actual);
      if (cloud->leavesF32()) {
        result.diverged = true;
        return;
      }
      if (distance.quotient() <= kSuspicious)
        break;
    }
    if (distance.quotient() > result.quotient) {
      result.quotient = distance.quotient();
      result.farthest = textOf(distance, where);
    }
    if (distance.quotient() <= 1)
      return;
    result.difference = result.farthest;
    if (options.findOp)
      findOp(name);
  }

  /// Says which op the difference comes from.
  void findOp(StringRef name) {
    const auto found =
        OpSearch(module, options.compile, options.run.data).run(name, inputs);
    if (!found)
      return;
    llvm::raw_string_ostream stream(result.op);
    stream << found->op->getName() << placeOf(found->op->getLoc())
           << llvm::formatv(
                  ", element {0}: compiled {1:e8}, reference {2:e8}, allowed "
                  "distance {3:e2}",
                  found->distance.element, found->distance.actual,
                  found->distance.expected, found->distance.allowed);
  }

  std::string textOf(const Distance &distance, const llvm::Twine &where) {
    std::string what = distance.what;
    if (what == "parameter")
      what +=
          llvm::formatv(" \"{0}\"", program.parameters[distance.index].name);
    if (what == "state")
      what += llvm::formatv(" \"{0}\"", program.states[distance.index].name);
    return llvm::formatv(
        "{0}: {1}, element {2}: compiled {3:e8}, reference {4:e8}, allowed "
        "distance {5:e2}",
        where.str(), what, distance.element, distance.actual, distance.expected,
        distance.allowed);
  }

  void checkStep(float loss, ModelNumbers after) {
    if (isDone())
      return;
    const int64_t batch = program.batch, rows = data.rows();
    const int64_t stepsPerEpoch = (rows + batch - 1) / batch;
    const int64_t epoch = (inputs.number - 1) / stepsPerEpoch + 1;
    const int64_t begin = (inputs.number - 1) % stepsPerEpoch * batch;
    const int64_t end = std::min(begin + batch, rows);
    const auto order =
        orderOf(rows, options.run.seed, options.run.shuffle, epoch);
    inputs.rows.assign(order.begin() + begin, order.begin() + end);
    StepNumbers actual;
    actual.loss = loss;
    actual.parameters.assign(after.parameters.begin(), after.parameters.end());
    actual.states.assign(after.states.begin(), after.states.end());
    compare(steps::kTrain, actual,
            "step " + llvm::Twine(inputs.number) + " of training");
    ++result.steps;
    ++inputs.number;
    inputs.position += end - begin;
    take(after);
  }

  void checkForward(const RunNumbers &numbers) {
    const int64_t rows = data.rows(), width = runtime::columnsOf(program);
    for (int64_t begin = 0; begin < rows && !isDone(); begin += program.batch) {
      const int64_t end = std::min(begin + program.batch, rows);
      inputs.rows.resize(end - begin);
      std::iota(inputs.rows.begin(), inputs.rows.end(), begin);
      auto outputs = [&](const std::vector<float> &all) {
        return ArrayRef(all).slice(begin * width, (end - begin) * width);
      };
      StepNumbers actual;
      actual.prediction = outputs(numbers.predicted);
      compare(steps::kPredict, actual,
              "prediction of rows from " + llvm::Twine(begin));
      if (isDone())
        return;
      actual.prediction = outputs(numbers.evaluated);
      actual.loss = numbers.testLosses[begin / program.batch];
      compare(steps::kEvaluate, actual,
              "evaluation of rows from " + llvm::Twine(begin));
    }
  }

  /// Runs `variant`, the program or a wrapper of it, with `count` workers.
  void checkBits(const RunNumbers &first, const MlcProgram &variant,
                 int64_t count, StringRef how) {
    if (isDone())
      return;
    CompiledRun again(variant, options, count);
    const RunNumbers numbers =
        again.run(std::numeric_limits<int64_t>::max(), nullptr);
    if (const auto found = firstDifference(program, first, numbers))
      result.difference =
          llvm::formatv("bits with {0} {1} and several steps a call: {2} "
                        "differs from the run with {3} thread(s) and one step "
                        "a call",
                        count, how, *found, options.threads.front());
  }

  void checkTurns(const RunNumbers &first, int64_t workers, Order order,
                  StringRef how) {
    const Turns turns(program, order);
    checkBits(first, turns.program(), workers, how);
  }

  ModuleOp module;
  const MlcProgram &program;
  const CheckOptions &options;
  runtime::Dataset data;
  StepInputs inputs; ///< Of the next step.
  bool failed = false;
};
} // namespace

llvm::Expected<CheckResult> mlc::checkModel(ModuleOp model,
                                            const CheckOptions &options) {
  llvm::Expected<JitProgram> compiled =
      JitProgram::compile(model, options.compile);
  if (!compiled)
    return compiled.takeError();
  OwningOpRef<ModuleOp> module(model.clone());
  PassManager manager(model.getContext());
  addAutodiffPasses(manager);
  if (failed(manager.run(*module)))
    return llvm::createStringError("the reference cannot run this model");
  try {
    Checker checker(*module, compiled->program(), options);
    if (!checker.check())
      return llvm::createStringError("the reference cannot run this model");
    return std::move(checker.result);
  } catch (const InputError &error) {
    return llvm::createStringError(error.what());
  }
}
