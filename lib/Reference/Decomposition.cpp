//===- Decomposition.cpp - What an op is a short way to write -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Decomposition.h"

#include "dialects/Graph/Graph.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlc;

OwningOpRef<func::FuncOp> mlc::reference::decompositionOf(Operation *op) {
  if (!isa<graph::CompositeOpInterface, graph::LossOpInterface>(op))
    return nullptr;
  Builder types(op->getContext());
  OwningOpRef<func::FuncOp> function =
      func::FuncOp::create(op->getLoc(), "decomposition",
                           types.getFunctionType(op->getOperandTypes(), {}));
  OpBuilder b = OpBuilder::atBlockEnd(function->addEntryBlock());
  IRMapping arguments;
  arguments.map(op->getOperands(), function->getArguments());
  Operation *copy = b.clone(*op, arguments);
  auto composite = dyn_cast<graph::CompositeOpInterface>(copy);
  Value result = composite ? composite.decompose(b)
                           : cast<graph::LossOpInterface>(copy).buildTerms(b);
  copy->erase();
  func::ReturnOp::create(b, op->getLoc(), result);
  function->setType(
      types.getFunctionType(op->getOperandTypes(), result.getType()));
  return function;
}
