//===- LossAdvice.cpp - Warns of what a loss does not expect --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/LossAdvice.h"

using namespace mlir;
using namespace mlc;

/// Ops whose results lie in a range, which logits do not.
static bool isSquashing(Operation *op) {
  return isa<graph::SoftmaxOp, graph::SigmoidOp, graph::TanhOp, graph::ReluOp>(
      op);
}

void mlc::warnOfSquashedLogits(graph::ProgramOp program) {
  graph::PredictOp predict = program.getPredict();
  Operation *predicted = predict.getBody().front().getTerminator();
  Operation *last = predicted->getNumOperands() == 1
                        ? predicted->getOperand(0).getDefiningOp()
                        : nullptr;
  if (!last || !isSquashing(last))
    return;
  Operation *loss = nullptr;
  program->walk([&](Operation *op) {
    if (isa<graph::CrossEntropyOp, graph::BceWithLogitsOp, graph::FocalOp>(op))
      loss = op;
  });
  if (!loss)
    return;
  last->emitWarning() << last->getName().getStringRef() << " stands before "
                      << loss->getName().getStringRef()
                      << ", which takes logits and applies "
                      << (isa<graph::CrossEntropyOp>(loss) ? "softmax"
                                                           : "sigmoid")
                      << " itself; leave it out, predict tells probabilities "
                         "anyway";
}
