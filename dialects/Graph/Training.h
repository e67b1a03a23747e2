//===- Training.h - What a model file says of training ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_TRAINING_H
#define MLC_DIALECTS_GRAPH_TRAINING_H

#include "dialects/Graph/Graph.h"

namespace mlc::graph {

/// Verifies what the parameters and the optimiser say of one another.
llvm::LogicalResult verifyTraining(ProgramOp program);

/// Verifies `frozen`, `rate` and `weight_decay`.
llvm::LogicalResult verifyHowTrained(ParameterOp parameter);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_TRAINING_H
