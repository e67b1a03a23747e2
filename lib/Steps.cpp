//===- Steps.cpp - The arguments of a step --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Steps.h"

using namespace mlir;
using namespace mlc;

StringRef steps::roleOf(BlockArgument argument) {
  auto step = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  auto role = step.getArgAttrOfType<StringAttr>(argument.getArgNumber(), kRole);
  return role ? role.getValue() : StringRef();
}

BlockArgument steps::findArgument(func::FuncOp step, StringRef role) {
  for (BlockArgument argument : step.getArguments())
    if (roleOf(argument) == role)
      return argument;
  return {};
}

SmallVector<BlockArgument> steps::findArguments(func::FuncOp step,
                                                StringRef role) {
  return llvm::filter_to_vector(
      step.getArguments(),
      [&](BlockArgument argument) { return roleOf(argument) == role; });
}

FailureOr<SmallVector<steps::State>> steps::statesOf(func::FuncOp step) {
  SmallVector<State> states;
  for (BlockArgument argument : findArguments(step, kState)) {
    const unsigned index = argument.getArgNumber();
    auto parameter = step.getArgAttrOfType<StringAttr>(index, kParameterName);
    auto name = step.getArgAttrOfType<StringAttr>(index, kStateName);
    if (!parameter || !name)
      return emitError(argument.getLoc(), "expected the attributes ")
             << kParameterName << " and " << kStateName << " of argument "
             << index << ", which is a state";
    states.push_back({parameter.getValue(), name.getValue()});
  }
  return states;
}

BlockArgument steps::addState(func::FuncOp step, Type type, StringRef parameter,
                              StringRef name, Location location) {
  Builder b(step.getContext());
  BlockArgument argument = addArgument(step, type, kState, location);
  const unsigned index = argument.getArgNumber();
  step.setArgAttr(index, kParameterName, b.getStringAttr(parameter));
  step.setArgAttr(index, kStateName, b.getStringAttr(name));
  return argument;
}

SmallVector<StringRef> steps::resultRoles(func::FuncOp step) {
  SmallVector<StringRef> roles;
  for (unsigned index = 0, e = step.getNumResults(); index < e; ++index) {
    auto role = step.getResultAttrOfType<StringAttr>(index, kRole);
    roles.push_back(role ? role.getValue() : StringRef());
  }
  return roles;
}

void steps::setResults(func::FuncOp step, ArrayRef<StringRef> roles) {
  Operation *end = step.getBody().front().getTerminator();
  Builder b(step.getContext());
  SmallVector<DictionaryAttr> attributes =
      llvm::map_to_vector(roles, [&](StringRef role) {
        return b.getDictionaryAttr(
            b.getNamedAttr(kRole, b.getStringAttr(role)));
      });
  step.setType(b.getFunctionType(step.getFunctionType().getInputs(),
                                 end->getOperandTypes()));
  step.setAllResultAttrs(attributes);
}

BlockArgument steps::addArgument(func::FuncOp step, Type type, StringRef role) {
  return addArgument(step, type, role, step.getLoc());
}

BlockArgument steps::addArgument(func::FuncOp step, Type type, StringRef role,
                                 Location location) {
  Builder b(step.getContext());
  const unsigned index = step.getNumArguments();
  if (failed(step.insertArgument(
          index, type,
          b.getDictionaryAttr(b.getNamedAttr(kRole, b.getStringAttr(role))),
          location)))
    llvm_unreachable("an argument can always be added at the end");
  return step.getArgument(index);
}
