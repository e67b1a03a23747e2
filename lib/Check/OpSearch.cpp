//===- OpSearch.cpp - The first op that differs ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/OpSearch.h"

#include "Program/Executor.h"
#include "mlc/Steps.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

/// Disturbed interpretations; see RoundingCloud.
static constexpr int kDisturbedRuns = 60;

namespace {
/// The part of a step's results that an op's value stands for.
struct Place {
  StringRef role;
  int64_t parameter = 0; ///< Where the role is a parameter's.
};

/// A copy of the module in which a step returns one op's value.
class Probe {
public:
  Probe(ModuleOp module, StringRef name) : name_(name) {
    copy_ = cast<ModuleOp>(module->clone(mapping_));
    step_ = copy_->lookupSymbol<func::FuncOp>(name);
  }

  /// False where the value has no place among the results.
  bool expose(Value value) {
    std::optional<Place> found = findPlace(value.getType());
    if (!found)
      return false;
    place_ = *found;
    Value inCopy = mapping_.lookup(value);
    Operation *end = step_.getBody().front().getTerminator();
    SmallVector<DictionaryAttr> roles;
    for (unsigned i = 0, e = step_.getNumResults(); i < e; ++i)
      roles.push_back(step_.getResultAttrDict(i));
    if (const std::optional<unsigned> result = resultOf(place_)) {
      end->setOperand(*result, inCopy);
    } else {
      end->insertOperands(end->getNumOperands(), inCopy);
      roles.push_back(steps::roleAttributes(copy_->getContext(), place_.role));
    }
    step_.setType(FunctionType::get(copy_->getContext(),
                                    step_.getFunctionType().getInputs(),
                                    end->getOperandTypes()));
    step_.setAllResultAttrs(roles);
    return true;
  }

  /// Compares the value in a compiled run of the step with the reference's.
  /// Nothing where the probe does not compile or the reference does not run.
  std::optional<Distance> compare(const JitOptions &options,
                                  const std::string &data,
                                  const StepInputs &inputs) {
    auto cloud = RoundingCloud::make(StepFunction(step_), inputs,
                                     kDisturbedRuns, /*seed=*/1);
    if (failed(cloud) || cloud->leavesF32())
      return std::nullopt;
    llvm::Expected<JitProgram> compiled =
        JitProgram::compileSteps(*copy_, options);
    if (!compiled) {
      llvm::consumeError(compiled.takeError());
      return std::nullopt;
    }
    return run(compiled->program(), data, inputs, *cloud);
  }

private:
  std::optional<Place> findPlace(Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.getElementType().isF32() || tensor.getEncoding())
      return std::nullopt;
    if (tensor.getRank() == 0) {
      Place loss{steps::kLoss};
      return resultOf(loss) ? std::optional(loss) : std::nullopt;
    }
    if (tensor.isDynamicDim(0))
      return tensor.getRank() >= 2 ? std::optional(Place{steps::kPrediction})
                                   : std::nullopt;
    if (name_ != steps::kTrain)
      return std::nullopt;
    int64_t number = 0;
    for (BlockArgument argument : step_.getArguments()) {
      if (steps::roleOf(argument) != steps::kParameter)
        continue;
      if (argument.getType() == type)
        return Place{steps::kParameter, number};
      ++number;
    }
    return std::nullopt;
  }

  /// The number of the result at a place that exists already.
  std::optional<unsigned> resultOf(const Place &wanted) {
    int64_t number = wanted.parameter;
    for (unsigned i = 0, e = step_.getNumResults(); i < e; ++i)
      if (steps::resultRole(step_, i) == wanted.role && number-- == 0)
        return i;
    return std::nullopt;
  }

  Distance run(const MlcProgram &program, const std::string &data,
               const StepInputs &inputs, const RoundingCloud &cloud) {
    const runtime::Examples examples(program, data, runtime::LabelUse::Taught);
    runtime::Model model(program);
    fill(model, program, inputs);
    runtime::Executor executor(program, model, /*threads=*/1,
                               examples.nonzeroCapacity(program.batch));
    const std::vector<int32_t> rows(inputs.rows.begin(), inputs.rows.end());
    const size_t width = cloud.predictionSize() / rows.size();
    float loss = 0, norm = 0;
    std::vector<float> outputs(
        rows.size() * std::max<size_t>(width, runtime::columnsOf(program)));
    MlcCall call = executor.callOn(examples);
    call.rows = rows.data();
    call.row_count = static_cast<int64_t>(rows.size());
    call.losses = &loss;
    call.gradient_norms = &norm;
    void *outputTable[] = {outputs.data()};
    call.outputs = outputTable;
    call.learning_rates = &inputs.learningRate;
    call.step = inputs.number - 1;
    call.position = inputs.position;
    call.seed = static_cast<int64_t>(inputs.seed);
    executor.run(name_ == steps::kTrain      ? runtime::ProgramStep::Train
                 : name_ == steps::kEvaluate ? runtime::ProgramStep::Evaluate
                                             : runtime::ProgramStep::Predict,
                 call);
    StepNumbers actual;
    if (place_.role == steps::kLoss)
      actual.loss = loss;
    else if (place_.role == steps::kPrediction)
      actual.prediction = ArrayRef(outputs).take_front(rows.size() * width);
    else
      return cloud.ofParameter(place_.parameter,
                               numbersOf(model, place_.parameter));
    return cloud.farthest(actual);
  }

  static ArrayRef<float> numbersOf(const runtime::Model &model,
                                   int64_t parameter) {
    const std::span<const float> numbers = model.parameter(parameter);
    return {numbers.data(), numbers.size()};
  }

  static void fill(runtime::Model &model, const MlcProgram &program,
                   const StepInputs &inputs) {
    auto copy = [](const DatumRef &from, std::span<float> to) {
      llvm::copy(std::get<Reals>(*from).elements, to.begin());
    };
    for (auto [i, datum] : llvm::enumerate(inputs.parameters))
      copy(datum, model.parameter(i));
    for (auto [i, datum] : llvm::enumerate(inputs.states))
      copy(datum, model.state(i));
  }

  StringRef name_;
  IRMapping mapping_;
  OwningOpRef<ModuleOp> copy_;
  func::FuncOp step_;
  Place place_;
};
} // namespace

std::optional<OpDifference> OpSearch::run(StringRef name,
                                          const StepInputs &inputs) {
  auto step = module_.lookupSymbol<func::FuncOp>(name);
  for (Operation &op : step.getBody().front().without_terminator()) {
    if (op.getNumResults() != 1)
      continue;
    Probe probe(module_, name);
    if (!probe.expose(op.getResult(0)))
      continue;
    const std::optional<Distance> distance =
        probe.compare(options_, data_, inputs);
    if (distance && distance->quotient() > 1)
      return OpDifference{&op, *distance};
  }
  return std::nullopt;
}
