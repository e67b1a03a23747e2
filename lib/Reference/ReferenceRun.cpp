//===- ReferenceRun.cpp - A whole training run in f64 ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ReferenceRun.h"

#include "Error.h"
#include "lib/Reference/ReferenceData.h"
#include "lib/Reference/StepFunction.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;
using runtime::InputError;

namespace {
/// A run: the train step and what is passed from one step to the next.
class Run {
public:
  Run(StepFunction trainStep, graph::ProgramOp program,
      const ReferenceOptions &options)
      : trainStep(trainStep), parameters(program.getParameters()),
        train(program.getTrain()), options(options), data(options.data) {
    auto typeOf = [&](StringRef role) {
      return cast<RankedTensorType>(trainStep.argumentTypes(role).front());
    };
    next.data = makeDatum(loadExamples(data, typeOf(steps::kData)));
    next.labels = makeDatum(loadLabels(data, typeOf(steps::kLabels)));
    next.parameters = loadParameters(options.init, parameters);
    for (Type type : trainStep.argumentTypes(steps::kState))
      next.states.push_back(makeDatum(
          Reals(Shape(cast<RankedTensorType>(type).getShape()), 0.0)));
    next.learningRate = options.learningRate.value_or(
        train.getOptimizer().getDefaultLearningRate());
    next.seed = options.seed;
  }

  /// False where a diagnostic has been emitted.
  bool run(llvm::function_ref<void(int64_t, double)> onStep) {
    const int64_t epochs = options.epochs.value_or(train.getEpochs());
    const int64_t batch = train.getBatch();
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const int64_t rows = data.rows();
      const std::vector<int64_t> order =
          orderOf(rows, options.seed, options.shuffle, epoch);
      for (int64_t first = 0; first < rows; first += batch) {
        if (static_cast<int64_t>(result.losses.size()) >= options.steps)
          return true;
        const int64_t last = std::min(first + batch, rows);
        next.rows.assign(order.begin() + first, order.begin() + last);
        if (!runStep())
          return false;
        onStep(result.losses.size(), result.losses.back());
      }
    }
    return true;
  }

  ReferenceResult finish() {
    for (auto [value, parameter] : llvm::zip_equal(next.parameters, parameters))
      result.weights.push_back(
          {parameter.getName().str(), std::get<Reals>(*value)});
    return std::move(result);
  }

private:
  /// New parameters and states become the next step's arguments.
  bool runStep() {
    FailureOr<StepOutputs> outputs = trainStep.run(next);
    if (failed(outputs))
      return false;
    result.losses.push_back(*outputs->loss);
    next.parameters = std::move(outputs->parameters);
    next.states = std::move(outputs->states);
    next.position += next.rows.size();
    ++next.number;
    return true;
  }

  StepFunction trainStep;
  SmallVector<graph::ParameterOp> parameters;
  graph::TrainOp train;
  const ReferenceOptions &options;
  runtime::Dataset data;
  StepInputs next; ///< Of the next step.
  ReferenceResult result;
};
} // namespace

llvm::Expected<ReferenceResult>
mlc::reference::runReference(ModuleOp model, const ReferenceOptions &options,
                             function_ref<void(int64_t, double)> onStep) {
  OwningOpRef<ModuleOp> module(model.clone());
  PassManager manager(model.getContext());
  addAutodiffPasses(manager);
  const char *failure = "the reference cannot run this model";
  if (failed(manager.run(*module)))
    return llvm::createStringError(failure);
  graph::ProgramOp program = *module->getOps<graph::ProgramOp>().begin();
  auto trainStep = module->lookupSymbol<func::FuncOp>(steps::kTrain);
  try {
    Run run(StepFunction(trainStep), program, options);
    if (!run.run(onStep))
      return llvm::createStringError(failure);
    return run.finish();
  } catch (const InputError &error) {
    return llvm::createStringError(error.what());
  }
}
