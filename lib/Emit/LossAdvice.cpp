//===- LossAdvice.cpp - Warns of what a loss does not expect --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/LossAdvice.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlc;

static bool isSquashing(Operation *op) {
  return llvm::StringSwitch<bool>(op->getName().getStringRef())
      .Cases("graph.softmax", "graph.sigmoid", "graph.tanh", "graph.relu", true)
      .Default(false);
}

void mlc::warnOfSquashedLogits(graph::ProgramOp program) {
  Operation *loss = nullptr, *last = nullptr;
  program->walk([&](Operation *op) {
    const StringRef name = op->getName().getStringRef();
    if (name == "graph.cross_entropy" || name == "graph.bce_with_logits")
      loss = op;
    // What graph.predict yields.
    if (name == "graph.yield" && op->getNumOperands() == 1 &&
        op->getParentOp()->getName().getStringRef() == "graph.predict")
      last = op->getOperand(0).getDefiningOp();
  });
  if (!loss || !last || !isSquashing(last))
    return;
  const StringRef name = loss->getName().getStringRef();
  last->emitWarning()
      << last->getName().getStringRef() << " stands before " << name
      << ", which takes logits and applies "
      << (name == "graph.cross_entropy" ? "softmax" : "sigmoid")
      << " itself; leave it out, predict tells probabilities anyway";
}
