//===- ReferenceRun.cpp - A whole training run in f64 ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ReferenceRun.h"

#include "Error.h"
#include "lib/Reference/RateFactor.h"
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
      : trainStep_(trainStep), parameters_(program.getParameters()),
        train_(program.getTrain()), options_(options), data_(options.data) {
    auto typeOf = [&](StringRef role) {
      return cast<RankedTensorType>(trainStep.argumentTypes(role).front());
    };
    next_.data = makeDatum(loadExamples(data_, typeOf(steps::kData)));
    next_.labels = makeDatum(loadLabels(data_, typeOf(steps::kLabels)));
    next_.weights = loadWeights(data_, trainStep.argumentTypes(steps::kLabels));
    next_.teacher = loadTeacher(data_, trainStep.argumentTypes(steps::kLabels));
    next_.parameters = loadParameters(options.init, parameters_);
    for (Type type : trainStep.argumentTypes(steps::kState))
      next_.states.push_back(makeDatum(
          Reals(Shape(cast<RankedTensorType>(type).getShape()), 0.0)));
    next_.seed = options.seed;
  }

  /// False where a diagnostic has been emitted.
  bool run(llvm::function_ref<void(int64_t, double)> onStep) {
    const int64_t epochs = options_.epochs.value_or(train_.getEpochs());
    const int64_t batch = train_.getBatch();
    const int64_t stepsPerEpoch = (data_.rows() + batch - 1) / batch;
    const double rate = options_.learningRate.value_or(
        train_.getOptimizer().getDefaultLearningRate());
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const int64_t rows = data_.rows();
      const std::vector<int64_t> order =
          orderOf(rows, options_.seed, options_.shuffle, epoch);
      for (int64_t first = 0; first < rows; first += batch) {
        if (static_cast<int64_t>(result_.losses.size()) >= options_.steps)
          return true;
        const int64_t last = std::min(first + batch, rows);
        next_.rows.assign(order.begin() + first, order.begin() + last);
        next_.learningRate =
            rate * rateFactor(train_, next_.number - 1, stepsPerEpoch,
                              epochs * stepsPerEpoch);
        if (!runStep())
          return false;
        onStep(result_.losses.size(), result_.losses.back());
      }
    }
    return true;
  }

  ReferenceResult finish() {
    for (auto [value, parameter] :
         llvm::zip_equal(next_.parameters, parameters_))
      result_.weights.push_back(
          {parameter.getName().str(), std::get<Reals>(*value)});
    return std::move(result_);
  }

private:
  /// New parameters and states become the next step's arguments.
  bool runStep() {
    FailureOr<StepOutputs> outputs = trainStep_.run(next_);
    if (failed(outputs))
      return false;
    result_.losses.push_back(*outputs->loss);
    next_.parameters = std::move(outputs->parameters);
    next_.states = std::move(outputs->states);
    next_.position += next_.rows.size();
    ++next_.number;
    return true;
  }

  StepFunction trainStep_;
  SmallVector<graph::ParameterOp> parameters_;
  graph::TrainOp train_;
  const ReferenceOptions &options_;
  runtime::Dataset data_;
  StepInputs next_; ///< Of the next step.
  ReferenceResult result_;
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
  if (program.isQuantized())
    return llvm::createStringError(
        "the model has quantised weights (graph.dequantize), which are not "
        "trained; give the model that they were made of");
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
