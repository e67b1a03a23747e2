//===- StepFunction.cpp - A step's function, called by roles --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/StepFunction.h"

#include "lib/Reference/Formulas.h"
#include "mlc/StepRoles.h"
#include "mlc/Steps.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

namespace {
/// Hands out the arguments of each role in their order.
class Arguments {
public:
  explicit Arguments(const StepInputs &inputs) : inputs_(inputs) {}

  /// Null for a role that a step on tensors does not have.
  DatumRef next(Role role) {
    switch (infoOf(role).source) {
    case RoleSource::Inputs:
      return role == Role::Data ? inputs_.data : nullptr;
    case RoleSource::Labels:
      if (label_++ == 0)
        return inputs_.labels;
      return label_ == 2 && inputs_.weights ? inputs_.weights : inputs_.teacher;
    case RoleSource::Parameters:
      return inputs_.parameters.at(parameter_++);
    case RoleSource::States:
      return inputs_.states.at(state_++);
    default:
      return ofBatch(role);
    }
  }

private:
  DatumRef ofBatch(Role role) const {
    switch (role) {
    case Role::LearningRate:
      return makeDatum(Reals(inputs_.learningRate));
    case Role::Step:
      return makeDatum(Integers(inputs_.number));
    case Role::Position:
      return makeDatum(Integers(inputs_.position));
    case Role::Seed:
      return makeDatum(Integers(static_cast<int64_t>(inputs_.seed)));
    case Role::Rows:
      return makeDatum(Integers(
          Shape{static_cast<int64_t>(inputs_.rows.size())}, inputs_.rows));
    case Role::RowScale:
      return inputs_.rowScales
                 ? inputs_.rowScales
                 : makeDatum(Reals(
                       Shape{static_cast<int64_t>(inputs_.rows.size())}, 1.0));
    case Role::RowSquares:
      return makeDatum(
          rowSquares(std::get<CsrRows>(*inputs_.data), inputs_.rows));
    case Role::CallEnds:
      return makeDatum(Integers(inputs_.callEnds ? 1 : 0));
    case Role::Path:
      return inputs_.path;
    case Role::Baseline:
      return inputs_.baseline;
    case Role::Direction:
      return inputs_.direction;
    default:
      return nullptr;
    }
  }

  const StepInputs &inputs_;
  size_t label_ = 0, parameter_ = 0, state_ = 0;
};
} // namespace

FailureOr<StepOutputs> StepFunction::run(const StepInputs &inputs,
                                         ResultHook onResult) const {
  func::FuncOp step = function_;
  Arguments source(inputs);
  std::vector<DatumRef> arguments;
  for (unsigned i = 0, e = step.getNumArguments(); i < e; ++i) {
    const StringRef role = steps::roleOf(step.getArgument(i));
    const std::optional<Role> known = roleNamed(role);
    arguments.push_back(known ? source.next(*known) : nullptr);
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
    const StringRef role = steps::resultRole(step, index);
    if (role == steps::kLoss)
      outputs.loss = std::get<Reals>(*datum).elements[0];
    else if (role == steps::kPrediction)
      outputs.prediction = datum;
    else if (role == steps::kInputGradient || role == steps::kEntryGradient)
      outputs.inputGradient = datum;
    else if (role == steps::kParameter)
      outputs.parameters.push_back(datum);
    else if (role == steps::kState)
      outputs.states.push_back(datum);
  }
  return outputs;
}

std::vector<Type> StepFunction::argumentTypes(StringRef role) const {
  func::FuncOp step = function_;
  std::vector<Type> types;
  for (unsigned i = 0, e = step.getNumArguments(); i < e; ++i)
    if (steps::roleOf(step.getArgument(i)) == role)
      types.push_back(step.getArgument(i).getType());
  return types;
}
