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
#include "lib/Reference/RateFactor.h"
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
      : module_(differentiated), program_(program), options_(options),
        data_(options.run.data) {
    const StepFunction train = function(steps::kTrain);
    auto typeOf = [&](StringRef role) {
      return cast<RankedTensorType>(train.argumentTypes(role).front());
    };
    inputs_.data = makeDatum(loadExamples(data_, typeOf(steps::kData)));
    inputs_.labels = makeDatum(loadLabels(data_, typeOf(steps::kLabels)));
    inputs_.weights = loadWeights(data_, train.argumentTypes(steps::kLabels));
    inputs_.teacher = loadTeacher(data_, train.argumentTypes(steps::kLabels));
    inputs_.seed = options.run.seed;
    auto programs = module_.getOps<graph::ProgramOp>();
    train_ = (*programs.begin()).getTrain();
  }

  /// False where a diagnostic has been emitted.
  bool check() {
    CompiledRun first(program_, options_, options_.threads.front());
    learningRate_ = first.learningRate();
    take(ModelNumbers(program_, first.model()));
    RunNumbers numbers;
    try {
      numbers = first.run(/*stepsPerCall=*/1, [&](const auto &losses) {
        checkStep(losses.back(), ModelNumbers(program_, first.model()));
      });
    } catch (const InputError &) {
      // The loss of the next step is not finite.
      checkStep(NAN, ModelNumbers(program_, first.model()));
    }
    if (isDone())
      return !failed_;
    checkForward(numbers);
    for (int64_t threads : options_.threads)
      checkBits(numbers, program_, threads, "threads");
    if (options_.device != "cpu")
      return !failed_; // A GPU has no workers that could take turns.
    for (int64_t workers : options_.turns)
      for (int64_t ranks = 1; ranks <= program_.rank_shards; ++ranks)
        if (workers % ranks == 0) {
          checkTurns(numbers, workers, ranks, Order::FirstToLast, "first");
          checkTurns(numbers, workers, ranks, Order::LastToFirst, "last");
        }
    return !failed_;
  }

  CheckResult result;

private:
  bool isDone() const {
    return failed_ || result.diverged || !result.difference.empty();
  }
  StepFunction function(StringRef name) {
    return StepFunction(module_.lookupSymbol<func::FuncOp>(name));
  }

  /// The numbers before the next step.
  void take(const ModelNumbers &numbers) {
    auto copy = [](const std::vector<float> &from, const MlcShape &shape) {
      return makeDatum(Reals(runtime::sizesOf(shape),
                             std::vector<double>(from.begin(), from.end())));
    };
    inputs_.parameters.clear();
    inputs_.states.clear();
    for (int64_t i = 0; i < program_.parameter_count; ++i)
      inputs_.parameters.push_back(
          copy(numbers.parameters[i], program_.parameters[i].shape));
    for (int64_t i = 0; i < program_.state_count; ++i)
      inputs_.states.push_back(
          copy(numbers.states[i], program_.states[i].shape));
  }

  /// Compares what the compiled program made of `inputs` with their cloud.
  void compare(StringRef name, const StepNumbers &actual,
               const llvm::Twine &where) {
    Distance distance;
    for (int samples : {kSamples, kManySamples}) {
      auto cloud = RoundingCloud::make(function(name), inputs_, samples,
                                       /*seed=*/inputs_.number);
      if (mlir::failed(cloud)) {
        failed_ = true;
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
    if (options_.findOp)
      findOp(name);
  }

  /// Says which op the difference comes from.
  void findOp(StringRef name) {
    const auto found = OpSearch(module_, options_.compile, options_.run.data)
                           .run(name, inputs_);
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
          llvm::formatv(" \"{0}\"", program_.parameters[distance.index].name);
    if (what == "state")
      what += llvm::formatv(" \"{0}\"", program_.states[distance.index].name);
    return llvm::formatv(
        "{0}: {1}, element {2}: compiled {3:e8}, reference {4:e8}, allowed "
        "distance {5:e2}",
        where.str(), what, distance.element, distance.actual, distance.expected,
        distance.allowed);
  }

  void checkStep(float loss, ModelNumbers after) {
    if (isDone())
      return;
    const int64_t batch = program_.batch, rows = data_.rows();
    const int64_t stepsPerEpoch = (rows + batch - 1) / batch;
    const int64_t epoch = (inputs_.number - 1) / stepsPerEpoch + 1;
    const int64_t begin = (inputs_.number - 1) % stepsPerEpoch * batch;
    const int64_t end = std::min(begin + batch, rows);
    const auto order =
        orderOf(rows, options_.run.seed, options_.run.shuffle, epoch);
    inputs_.rows.assign(order.begin() + begin, order.begin() + end);
    inputs_.learningRate =
        learningRate_ *
        reference::rateFactor(train_, inputs_.number - 1, stepsPerEpoch,
                              options_.run.epochs.value_or(program_.epochs) *
                                  stepsPerEpoch);
    StepNumbers actual;
    actual.loss = loss;
    actual.parameters.assign(after.parameters.begin(), after.parameters.end());
    actual.states.assign(after.states.begin(), after.states.end());
    compare(steps::kTrain, actual,
            "step " + llvm::Twine(inputs_.number) + " of training");
    ++result.steps;
    ++inputs_.number;
    inputs_.position += end - begin;
    take(after);
  }

  void checkForward(const RunNumbers &numbers) {
    const int64_t rows = data_.rows(), width = runtime::columnsOf(program_);
    for (int64_t begin = 0; begin < rows && !isDone();
         begin += program_.batch) {
      const int64_t end = std::min(begin + program_.batch, rows);
      inputs_.rows.resize(end - begin);
      std::iota(inputs_.rows.begin(), inputs_.rows.end(), begin);
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
      actual.loss = numbers.testLosses[begin / program_.batch];
      compare(steps::kEvaluate, actual,
              "evaluation of rows from " + llvm::Twine(begin));
    }
  }

  /// Runs `variant`, the program or a wrapper of it, with `count` workers.
  void checkBits(const RunNumbers &first, const MlcProgram &variant,
                 int64_t count, StringRef how) {
    if (isDone())
      return;
    CompiledRun again(variant, options_, count);
    const RunNumbers numbers =
        again.run(std::numeric_limits<int64_t>::max(), nullptr);
    if (const auto found = firstDifference(program_, first, numbers))
      result.difference =
          llvm::formatv("bits with {0} {1} and several steps a call: {2} "
                        "differs from the run with {3} thread(s) and one step "
                        "a call",
                        count, how, *found, options_.threads.front());
  }

  void checkTurns(const RunNumbers &first, int64_t workers, int64_t ranks,
                  Order order, StringRef leading) {
    const Turns turns(program_, order, ranks);
    std::string how =
        llvm::formatv("workers in turns, the {0} one first", leading);
    if (ranks > 1)
      how += llvm::formatv(", in {0} ranks", ranks);
    checkBits(first, turns.program(), workers, how);
  }

  ModuleOp module_;
  const MlcProgram &program_;
  const CheckOptions &options_;
  runtime::Dataset data_;
  StepInputs inputs_;       ///< Of the next step.
  double learningRate_ = 0; ///< The full one.
  graph::TrainOp train_;
  bool failed_ = false;
};
} // namespace

llvm::Expected<CheckResult> mlc::checkModel(ModuleOp model,
                                            const CheckOptions &options) {
  for (graph::ProgramOp program : model.getOps<graph::ProgramOp>())
    if (program.isQuantized())
      return llvm::createStringError(
          "the model has quantised weights (graph.dequantize), which are not "
          "trained, and training is what is checked; give the model that they "
          "were made of");
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
