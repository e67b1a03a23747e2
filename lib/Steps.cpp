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
