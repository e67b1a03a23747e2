//===- ReferenceRun.cpp - A whole training run in f64 ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ReferenceRun.h"

#include "Data/Dataset.h"
#include "Error.h"
#include "Train/Random.h"
#include "dialects/Graph/Graph.h"
#include "lib/Reference/Interpreter.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Pass/PassManager.h"

#include <numeric>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;
using runtime::InputError;

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

template <typename From, typename To>
static std::vector<To> widen(std::span<const From> numbers) {
  return {numbers.begin(), numbers.end()};
}

/// The examples as the argument of type `type` takes them.
static Datum loadExamples(const runtime::Dataset &data, RankedTensorType type) {
  if (data.width() != type.getDimSize(1) ||
      data.isSparse() != graph::isCsr(type))
    throw InputError(data.path() + ": expected " +
                     (graph::isCsr(type) ? "sparse" : "dense") + " rows of " +
                     std::to_string(type.getDimSize(1)) +
                     " features, as the model takes them");
  if (!data.isSparse())
    return Reals({data.rows(), data.width()},
                 widen<float, double>(data.features()));
  CsrRows rows;
  rows.columns = data.width();
  rows.starts = widen<int64_t, int64_t>(data.indptr());
  std::visit(
      [&](auto indices) {
        rows.indices.assign(indices.begin(), indices.end());
      },
      data.indices());
  if (data.hasOnlyOnes())
    rows.values.assign(rows.indices.size(), 1.0);
  else
    rows.values = widen<float, double>(data.values());
  return rows;
}

/// The labels as the argument of type `type` takes them: classes where it has
/// one dimension, else real numbers. Either may stand for the other as long as
/// nothing is lost.
static Datum loadLabels(const runtime::Dataset &data, RankedTensorType type) {
  const int64_t columns = type.getRank() == 1 ? 1 : type.getDimSize(1);
  if (data.labelColumns() != columns)
    throw InputError(data.path() + ": expected labels of " +
                     std::to_string(columns) +
                     " columns, as the model takes them");
  std::vector<double> reals = data.hasClassLabels()
                                  ? widen<int32_t, double>(data.classLabels())
                                  : widen<float, double>(data.realLabels());
  if (type.getRank() == 2)
    return Reals({data.rows(), columns}, std::move(reals));
  Integers classes({data.rows()}, int64_t(0));
  for (auto [label, real] : llvm::zip_equal(classes.elements, reals)) {
    if (!(real >= 0 && real <= std::numeric_limits<int32_t>::max() &&
          real == std::floor(real)))
      throw InputError(data.path() + ": label " + std::to_string(real) +
                       " is no class");
    label = static_cast<int64_t>(real);
  }
  return classes;
}

static DatumRef loadParameter(const runtime::SafetensorsFile &weights,
                              graph::ParameterOp parameter) {
  const runtime::TensorView &tensor =
      weights.get(parameter.getName().str(), runtime::ElementType::F32);
  const Shape shape(parameter.getType().getShape());
  if (tensor.shape != shape)
    throw InputError(weights.path() + ": tensor '" + tensor.name +
                     "' has another shape than the model's parameter");
  return makeDatum(Reals(shape, widen<float, double>(tensor.as<float>())));
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

namespace {
/// A run: the train step and what is passed from one step to the next.
class Run {
public:
  Run(func::FuncOp trainStep, graph::ProgramOp program,
      const ReferenceOptions &options)
      : trainStep(trainStep), parameters(program.getParameters()),
        train(program.getTrain()), options(options), data(options.data) {
    arguments.resize(trainStep.getNumArguments());
    for (auto [place, role] : roles()) {
      auto type =
          dyn_cast<RankedTensorType>(trainStep.getArgument(place).getType());
      if (role == steps::kData)
        arguments[place] = makeDatum(loadExamples(data, type));
      else if (role == steps::kLabels)
        arguments[place] = makeDatum(loadLabels(data, type));
      else if (role == steps::kState)
        arguments[place] = makeDatum(Reals(Shape(type.getShape()), 0.0));
    }
    runtime::SafetensorsFile weights(options.init);
    weights.expectFormat("mlc.weights");
    for (auto [place, parameter] :
         llvm::zip_equal(placesOf(steps::kParameter), parameters))
      arguments[place] = loadParameter(weights, parameter);
  }

  /// False where a diagnostic has been emitted.
  bool run(llvm::function_ref<void(int64_t, double)> onStep) {
    const int64_t epochs = options.epochs.value_or(train.getEpochs());
    const int64_t batch = train.getBatch();
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const std::vector<int64_t> order = orderOf(epoch);
      const int64_t rows = data.rows();
      for (int64_t first = 0; first < rows; first += batch) {
        if (static_cast<int64_t>(result.losses.size()) >= options.steps)
          return true;
        const int64_t last = std::min(first + batch, rows);
        if (!runStep({order.begin() + first, order.begin() + last}))
          return false;
        onStep(result.losses.size(), result.losses.back());
      }
    }
    return true;
  }

  ReferenceResult finish() {
    for (auto [place, parameter] :
         llvm::zip_equal(placesOf(steps::kParameter), parameters))
      result.weights.push_back(
          {parameter.getName().str(), std::get<Reals>(*arguments[place])});
    return std::move(result);
  }

private:
  /// The rows in the order of an epoch, which counts from 1.
  std::vector<int64_t> orderOf(int64_t epoch) const {
    std::vector<int64_t> order(data.rows());
    std::iota(order.begin(), order.end(), 0);
    if (options.shuffle) {
      const runtime::Permutation permutation(
          data.rows(), options.seed, runtime::RandomPurpose::Shuffle, epoch);
      for (int64_t &row : order)
        row = permutation(row);
    }
    return order;
  }

  bool runStep(std::vector<int64_t> rows) {
    const auto count = static_cast<int64_t>(rows.size());
    const int64_t number = static_cast<int64_t>(result.losses.size()) + 1;
    for (auto [place, role] : roles()) {
      if (role == steps::kRows)
        arguments[place] = makeDatum(Integers({count}, rows));
      else if (role == steps::kLearningRate)
        arguments[place] = makeDatum(Reals(options.learningRate.value_or(
            train.getOptimizer().getDefaultLearningRate())));
      else if (role == steps::kStep)
        arguments[place] = makeDatum(Integers(number));
      else if (role == steps::kPosition)
        arguments[place] = makeDatum(Integers(position));
      else if (role == steps::kSeed)
        arguments[place] =
            makeDatum(Integers(static_cast<int64_t>(options.seed)));
    }
    FailureOr<std::vector<DatumRef>> results = evaluate(trainStep, arguments);
    if (failed(results))
      return false;
    takeResults(*results);
    position += count;
    return true;
  }

  /// New parameters and states become the next step's arguments.
  void takeResults(ArrayRef<DatumRef> results) {
    const auto parameterPlaces = placesOf(steps::kParameter);
    const auto statePlaces = placesOf(steps::kState);
    auto nextParameter = parameterPlaces.begin();
    auto nextState = statePlaces.begin();
    for (auto [index, datum] : llvm::enumerate(results)) {
      const StringRef role =
          roleOf(trainStep.getResultAttr(index, steps::kRole));
      if (role == steps::kLoss)
        result.losses.push_back(std::get<Reals>(*datum).elements[0]);
      else if (role == steps::kParameter)
        arguments[*nextParameter++] = datum;
      else if (role == steps::kState)
        arguments[*nextState++] = datum;
    }
  }

  static StringRef roleOf(Attribute role) {
    return cast<StringAttr>(role).getValue();
  }
  SmallVector<std::pair<unsigned, StringRef>> roles() {
    SmallVector<std::pair<unsigned, StringRef>> roles;
    for (unsigned i = 0, e = trainStep.getNumArguments(); i < e; ++i)
      roles.emplace_back(i, roleOf(trainStep.getArgAttr(i, steps::kRole)));
    return roles;
  }
  SmallVector<unsigned> placesOf(StringRef wanted) {
    SmallVector<unsigned> places;
    for (auto [place, role] : roles())
      if (role == wanted)
        places.push_back(place);
    return places;
  }

  func::FuncOp trainStep;
  SmallVector<graph::ParameterOp> parameters;
  graph::TrainOp train;
  const ReferenceOptions &options;
  runtime::Dataset data;
  std::vector<DatumRef> arguments; ///< Of the train step.
  int64_t position = 0;            ///< Examples trained on before.
  ReferenceResult result;
};
} // namespace

llvm::Expected<ReferenceResult>
mlc::reference::runReference(ModuleOp model, const ReferenceOptions &options,
                             function_ref<void(int64_t, double)> onStep) {
  OwningOpRef<ModuleOp> module(model.clone());
  PassManager manager(model.getContext());
  manager.addPass(createAutodiff());
  const char *failure = "the reference cannot run this model";
  if (failed(manager.run(*module)))
    return llvm::createStringError(failure);
  graph::ProgramOp program = *module->getOps<graph::ProgramOp>().begin();
  auto trainStep = module->lookupSymbol<func::FuncOp>(steps::kTrain);
  try {
    Run run(trainStep, program, options);
    if (!run.run(onStep))
      return llvm::createStringError(failure);
    return run.finish();
  } catch (const InputError &error) {
    return llvm::createStringError(error.what());
  }
}
