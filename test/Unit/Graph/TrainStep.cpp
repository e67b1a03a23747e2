//===- TrainStep.cpp - A model's train step under test --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainStep.h"

#include "dialects/Graph/Graph.h"
#include "lib/Reference/Formulas.h"
#include "lib/Reference/Interpreter.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <random>

using namespace mlir;
using namespace mlc;
using namespace mlc::test;
using namespace mlc::reference;

std::string mlc::test::modelOf(const ModelParts &parts) {
  return "graph.program @model {\n" + parts.parameters +
         "\n  graph.predict(%x: " + parts.input + ") {\n" + parts.predict +
         "\n    graph.yield %out : " + parts.output + "\n  }\n" +
         "  graph.loss(%y: " + parts.output + ", %t: " + parts.label +
         (parts.weights.empty() ? "" : ", %v: " + parts.weights) +
         (parts.teacher.empty() ? "" : ", %s: " + parts.teacher) + ") {\n" +
         parts.loss + "\n    graph.yield %l : tensor<f32>\n  }\n" +
         "  graph.train " + parts.optimizer + " batch(5) epochs(1) " +
         parts.descent + "\n}\n";
}

[[noreturn]] static void fail(const std::string &what) {
  llvm::report_fatal_error(llvm::StringRef("test: " + what));
}

TrainStep::TrainStep(const std::string &model) {
  make(model, addAutodiffPasses);
}

TrainStep::TrainStep(const std::string &model, double roundoff) {
  make(model, [=](OpPassManager &manager) {
    manager.addPass(createMakeGradients());
    manager.addPass(createMakePrivate({roundoff}));
    manager.addPass(createApplyOptimizer());
  });
}

void TrainStep::make(const std::string &model,
                     llvm::function_ref<void(OpPassManager &)> addPasses) {
  context_.loadDialect<graph::GraphDialect, func::FuncDialect>();
  module_ = parseSourceString<ModuleOp>(model, &context_);
  if (!module_)
    fail("the model does not verify:\n" + model);
  PassManager manager(&context_);
  addPasses(manager);
  if (failed(manager.run(*module_)))
    fail("autodiff failed on:\n" + model);
}

func::FuncOp TrainStep::function() {
  return module_->lookupSymbol<func::FuncOp>(steps::kTrain);
}

std::vector<bool> TrainStep::trained() {
  std::vector<bool> trained;
  auto program = *module_->getOps<graph::ProgramOp>().begin();
  for (graph::ParameterOp parameter : program.getParameters())
    trained.push_back(parameter.isTrained());
  return trained;
}

Operation *TrainStep::lossOp() {
  Operation *end = function().getBody().front().getTerminator();
  return end->getOperand(0).getDefiningOp();
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

namespace {
/// The same numbers with every standard library.
class Numbers {
public:
  explicit Numbers(unsigned seed) : engine_(seed) {}
  /// In [low, high).
  double real(double low, double high) {
    return low + (high - low) * (engine_() * 0x1p-32);
  }
  int64_t whole(int64_t end) { return engine_() % end; }
  Reals reals(Shape shape, double low, double high) {
    Reals tensor(std::move(shape), 0.0);
    for (double &element : tensor.elements)
      element = real(low, high);
    return tensor;
  }
  /// Half of the places hold something; the second row is empty.
  CsrRows csr(int64_t rows, int64_t columns) {
    CsrRows matrix;
    matrix.columns = columns;
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t column = 0; row != 1 && column < columns; ++column)
        if (whole(2)) {
          matrix.indices.push_back(column);
          matrix.values.push_back(real(-1, 1));
        }
      matrix.starts.push_back(static_cast<int64_t>(matrix.indices.size()));
    }
    return matrix;
  }

private:
  std::mt19937 engine_;
};
} // namespace

/// Classes are taken from the width of what the loss predicts.
static int64_t classesOf(Operation *lossOp) {
  int64_t classes = 2;
  lossOp->getParentOp()->walk([&](graph::CrossEntropyOp op) {
    classes = op.getPrediction().getType().getShape().back();
  });
  lossOp->getParentOp()->walk([&](graph::DistillCrossEntropyOp op) {
    classes = op.getPrediction().getType().getShape().back();
  });
  return classes;
}

static bool isVariance(Value parameter) {
  return llvm::any_of(parameter.getUsers(), [&](Operation *user) {
    auto norm = dyn_cast<graph::BatchNormOp>(user);
    return norm && norm.getVariance() == parameter;
  });
}

StepInputs TrainStep::makeInputs(unsigned seed, int64_t examples) {
  Numbers numbers(seed);
  StepInputs inputs;
  inputs.rows = {3, 0, examples - 1, 1, 3};
  inputs.seed = 0x123456789abcdef0;
  inputs.position = 40;
  func::FuncOp step = function();
  for (BlockArgument argument : step.getArguments()) {
    StringRef role = steps::roleOf(argument);
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type)
      continue;
    Shape shape(type.getShape());
    if (type.isDynamicDim(0))
      shape[0] = examples;
    if (graph::sizesAttrOf(type))
      shape[1] = 3;
    if (role == steps::kData)
      inputs.data = graph::isCsr(type)
                        ? makeDatum(numbers.csr(examples, shape[1]))
                        : makeDatum(numbers.reals(shape, -1, 1));
    else if (role == steps::kLabels && inputs.labels && shape.size() == 1)
      inputs.weights = makeDatum(numbers.reals(shape, 0, 2));
    else if (role == steps::kLabels && inputs.labels)
      inputs.teacher = makeDatum(numbers.reals(shape, -2, 2));
    else if (role == steps::kLabels && type.getElementType().isF32())
      inputs.labels = makeDatum(numbers.reals(shape, 0, 1));
    else if (role == steps::kLabels) {
      Integers labels(shape, int64_t(0));
      for (int64_t &label : labels.elements)
        label = numbers.whole(classesOf(lossOp()));
      inputs.labels = makeDatum(std::move(labels));
    } else if (role == steps::kParameter)
      inputs.parameters.push_back(
          numbers.reals(shape, isVariance(argument) ? 0.25 : -1, 1));
    else if (role == steps::kState)
      inputs.states.push_back(numbers.reals(shape, 0.25, 1));
  }
  return inputs;
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

StepResults TrainStep::run(const StepInputs &inputs, ResultHook onResult) {
  func::FuncOp step = function();
  std::vector<DatumRef> arguments;
  size_t label = 0, parameter = 0, state = 0;
  for (unsigned i = 0, e = step.getNumArguments(); i < e; ++i) {
    StringRef role = steps::roleOf(step.getArgument(i));
    if (role == steps::kRows)
      arguments.push_back(makeDatum(Integers(
          Shape{static_cast<int64_t>(inputs.rows.size())}, inputs.rows)));
    else if (role == steps::kData)
      arguments.push_back(inputs.data);
    else if (role == steps::kLabels)
      arguments.push_back(label++ == 0                   ? inputs.labels
                          : label == 2 && inputs.weights ? inputs.weights
                                                         : inputs.teacher);
    else if (role == steps::kLearningRate)
      arguments.push_back(makeDatum(Reals(inputs.learningRate)));
    else if (role == steps::kStep)
      arguments.push_back(makeDatum(Integers(inputs.number)));
    else if (role == steps::kPosition)
      arguments.push_back(makeDatum(Integers(inputs.position)));
    else if (role == steps::kSeed)
      arguments.push_back(
          makeDatum(Integers(static_cast<int64_t>(inputs.seed))));
    else if (role == steps::kRowScale)
      arguments.push_back(makeDatum(Reals(
          Shape{static_cast<int64_t>(inputs.rows.size())},
          inputs.rowScales.empty() ? std::vector<double>(inputs.rows.size(), 1)
                                   : inputs.rowScales)));
    else if (role == steps::kRowSquares)
      arguments.push_back(makeDatum(
          reference::rowSquares(std::get<CsrRows>(*inputs.data), inputs.rows)));
    else if (role == steps::kCallEnds)
      arguments.push_back(makeDatum(Integers(int64_t(inputs.callEnds))));
    else if (role == steps::kParameter)
      arguments.push_back(makeDatum(inputs.parameters.at(parameter++)));
    else if (role == steps::kState)
      arguments.push_back(makeDatum(inputs.states.at(state++)));
    else
      fail("unknown role " + role.str());
  }
  FailureOr<std::vector<DatumRef>> results =
      evaluate(step, arguments, onResult);
  if (failed(results))
    fail("the interpreter failed");

  StepResults named;
  for (auto [index, datum] : llvm::enumerate(*results)) {
    if (index >= step.getNumResults()) {
      named.others.push_back(datum);
      continue;
    }
    StringRef role = steps::resultRole(step, index);
    const Reals &value = std::get<Reals>(*datum);
    if (role == steps::kLoss)
      named.loss = value.elements[0];
    else if (role == steps::kGradientNorm)
      named.gradientNorm = value.elements[0];
    else
      (role == steps::kParameter ? named.parameters : named.states)
          .push_back(value);
  }
  return named;
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

std::vector<Reals> mlc::test::gradientsOf(TrainStep &step,
                                          const StepInputs &inputs) {
  std::vector<Reals> gradients = inputs.parameters;
  const StepResults results = step.run(inputs);
  for (auto [gradient, updated, isTrained] :
       llvm::zip_equal(gradients, results.parameters, step.trained()))
    for (auto [element, after] :
         llvm::zip_equal(gradient.elements, updated.elements))
      element = isTrained ? (element - after) / inputs.learningRate : 0;
  return gradients;
}

std::vector<Reals> mlc::test::differencesOf(TrainStep &step,
                                            const StepInputs &inputs,
                                            double distance) {
  std::vector<Reals> gradients = inputs.parameters;
  StepInputs moved = inputs;
  const std::vector<bool> trained = step.trained();
  for (size_t p = 0; p < gradients.size(); ++p) {
    if (!trained[p]) {
      gradients[p].elements.assign(gradients[p].elements.size(), 0.0);
      continue;
    }
    for (size_t at = 0; at < gradients[p].elements.size(); ++at) {
      double &element = moved.parameters[p].elements[at];
      const double here = element;
      element = here + distance;
      const double above = step.run(moved).loss;
      element = here - distance;
      const double below = step.run(moved).loss;
      element = here;
      gradients[p].elements[at] = (above - below) / (2 * distance);
    }
  }
  return gradients;
}

double mlc::test::relativeError(const std::vector<Reals> &actual,
                                const std::vector<Reals> &expected,
                                double smallest) {
  double worst = 0;
  for (auto [tensor, reference] : llvm::zip_equal(actual, expected)) {
    double largest = 0, distance = 0;
    for (auto [x, y] : llvm::zip_equal(tensor.elements, reference.elements)) {
      largest = std::max(largest, std::abs(y));
      // A NaN is as far away as can be.
      distance = x == x ? std::max(distance, std::abs(x - y)) : INFINITY;
    }
    worst = std::max(worst, distance / std::max(largest, smallest));
  }
  return worst;
}
