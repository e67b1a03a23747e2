//===- StepFunction.cpp - A step's function, called by roles --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/StepFunction.h"

#include "mlc/Steps.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

static StringRef roleOf(Attribute role) {
  return cast<StringAttr>(role).getValue();
}

namespace {
/// Hands out the arguments of each role in their order.
class Arguments {
public:
  explicit Arguments(const StepInputs &inputs) : inputs(inputs) {}

  /// Null for a role that a step does not have.
  DatumRef next(StringRef role) {
    if (role == steps::kData)
      return inputs.data;
    if (role == steps::kLabels)
      return inputs.labels;
    if (role == steps::kParameter)
      return inputs.parameters.at(parameter++);
    if (role == steps::kState)
      return inputs.states.at(state++);
    if (role == steps::kLearningRate)
      return makeDatum(Reals(inputs.learningRate));
    if (role == steps::kStep)
      return makeDatum(Integers(inputs.number));
    if (role == steps::kPosition)
      return makeDatum(Integers(inputs.position));
    if (role == steps::kSeed)
      return makeDatum(Integers(static_cast<int64_t>(inputs.seed)));
    if (role == steps::kRows)
      return makeDatum(Integers(Shape{static_cast<int64_t>(inputs.rows.size())},
                                inputs.rows));
    return nullptr;
  }

private:
  const StepInputs &inputs;
  size_t parameter = 0, state = 0;
};
} // namespace

FailureOr<StepOutputs> StepFunction::run(const StepInputs &inputs,
                                         ResultHook onResult) const {
  func::FuncOp step = function;
  Arguments source(inputs);
  std::vector<DatumRef> arguments;
  for (unsigned i = 0, e = step.getNumArguments(); i < e; ++i) {
    const StringRef role = roleOf(step.getArgAttr(i, steps::kRole));
    arguments.push_back(source.next(role));
    if (!arguments.back())
      return step.emitError("the reference does not know arguments of role '")
             << role << "'";
  }
  FailureOr<std::vector<DatumRef>> results =
      evaluate(step, arguments, onResult);
  if (failed(results))
    return failure();

  StepOutputs outputs;
  for (auto [index, datum] : llvm::enumerate(*results)) {
    const StringRef role = roleOf(step.getResultAttr(index, steps::kRole));
    if (role == steps::kLoss)
      outputs.loss = std::get<Reals>(*datum).elements[0];
    else if (role == steps::kPrediction)
      outputs.prediction = datum;
    else if (role == steps::kParameter)
      outputs.parameters.push_back(datum);
    else if (role == steps::kState)
      outputs.states.push_back(datum);
  }
  return outputs;
}

std::vector<Type> StepFunction::argumentTypes(StringRef role) const {
  func::FuncOp step = function;
  std::vector<Type> types;
  for (unsigned i = 0, e = step.getNumArguments(); i < e; ++i)
    if (roleOf(step.getArgAttr(i, steps::kRole)) == role)
      types.push_back(step.getArgument(i).getType());
  return types;
}
