//===- ArithGradients.h - Gradients of arith and math ops -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_ARITHGRADIENTS_H
#define MLC_DIALECTS_GRAPH_ARITHGRADIENTS_H

#include "dialects/Graph/Graph.h"

namespace mlc::graph {

/// Gives DifferentiableOpInterface to the ops of arith and math that composite
/// ops decompose into. Both dialects must be loaded.
void attachArithGradients(mlir::MLIRContext *context);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_ARITHGRADIENTS_H
