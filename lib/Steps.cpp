//===- Steps.cpp - The arguments of a step --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Steps.h"
#include "dialects/Mlc/Mlc.h"
#include "mlc/StepRoles.h"

using namespace mlir;
using namespace mlc;

// The dialect, which includes nothing of the other folders, has the same roles.
#define MLC_ROLE(Name, text, reader, source, word, form, advance)              \
  static_assert(static_cast<int>(RoleKind::Name) ==                            \
                static_cast<int>(Role::Name));
#include "mlc/StepRoles.def"

static StringRef textOf(RoleAttr role) {
  return role ? mlc_dialect::stringifyRoleKind(role.getKind()) : StringRef();
}

static NamedAttribute named(RoleAttr role) {
  return {StringAttr::get(role.getContext(), steps::kRole), role};
}

StringRef steps::roleOf(BlockArgument argument) {
  auto step = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return textOf(
      step.getArgAttrOfType<RoleAttr>(argument.getArgNumber(), kRole));
}

StringRef steps::resultRole(func::FuncOp step, unsigned result) {
  return textOf(step.getResultAttrOfType<RoleAttr>(result, kRole));
}

DictionaryAttr steps::roleAttributes(MLIRContext *context, StringRef role) {
  const std::optional<RoleKind> kind = mlc_dialect::symbolizeRoleKind(role);
  assert(kind && "the dialect mlc has all roles");
  return DictionaryAttr::get(context, named(RoleAttr::get(context, *kind)));
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
    auto role = step.getArgAttrOfType<RoleAttr>(index, kRole);
    if (!role.getState())
      return emitError(argument.getLoc(), "expected the names of argument ")
             << index << ", which is a state, in its " << kRole;
    states.push_back(
        {role.getParameter().getValue(), role.getState().getValue()});
  }
  return states;
}

BlockArgument steps::addState(func::FuncOp step, Type type, StringRef parameter,
                              StringRef name, Location location) {
  Builder b(step.getContext());
  BlockArgument argument = addArgument(step, type, kState, location);
  step.setArgAttr(argument.getArgNumber(), kRole,
                  RoleAttr::get(step.getContext(), RoleKind::State,
                                b.getStringAttr(name),
                                b.getStringAttr(parameter)));
  return argument;
}

SmallVector<StringRef> steps::resultRoles(func::FuncOp step) {
  SmallVector<StringRef> roles;
  for (unsigned index = 0, e = step.getNumResults(); index < e; ++index)
    roles.push_back(resultRole(step, index));
  return roles;
}

void steps::setResults(func::FuncOp step, ArrayRef<StringRef> roles) {
  Operation *end = step.getBody().front().getTerminator();
  Builder b(step.getContext());
  SmallVector<DictionaryAttr> attributes =
      llvm::map_to_vector(roles, [&](StringRef role) {
        return roleAttributes(step.getContext(), role);
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
  const unsigned index = step.getNumArguments();
  if (failed(step.insertArgument(
          index, type, roleAttributes(step.getContext(), role), location)))
    llvm_unreachable("an argument can always be added at the end");
  return step.getArgument(index);
}
