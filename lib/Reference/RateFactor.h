//===- RateFactor.h - A schedule's factor of a step -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_RATEFACTOR_H
#define MLC_REFERENCE_RATEFACTOR_H

#include "dialects/Graph/Graph.h"

namespace mlc::reference {

/// What the learning rate of step `step`, from 0, of all `steps` is multiplied
/// with, as the text of `#graph.schedule` says it and independently of the
/// runtime's Schedule. With `accumulate(n)`, n steps are one of that text.
double rateFactor(graph::TrainOp train, int64_t step, int64_t stepsPerEpoch,
                  int64_t steps);

} // namespace mlc::reference

#endif // MLC_REFERENCE_RATEFACTOR_H
