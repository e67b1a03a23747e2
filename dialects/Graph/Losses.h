//===- Losses.h - What all losses share -------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_LOSSES_H
#define MLC_DIALECTS_GRAPH_LOSSES_H

#include "dialects/Graph/Graph.h"

namespace mlc::graph {

/// tensor<?xKxf32> with one to three sizes as K, whose product is above 0 and
/// below 2^31; with one, it may be #graph.csr.
bool isBatch(mlir::Type type);

/// The same, dense, whose last size is at least `columns`.
bool isDenseBatch(mlir::Type type, int64_t columns);

/// Adds the gradients of a loss: those of its terms, over their number.
void differentiateLoss(LossOpInterface loss, Gradients &gradients);

/// The type of a loss, or an error where predictions and labels [n, ...] are
/// not of one shape, or where logits [n, ..., c] and classes [n, ...] do not
/// fit.
mlir::LogicalResult inferElementLoss(
    mlir::MLIRContext *context, std::optional<mlir::Location> location,
    mlir::ValueRange operands, llvm::SmallVectorImpl<mlir::Type> &inferred);
mlir::LogicalResult inferClassLoss(mlir::MLIRContext *context,
                                   std::optional<mlir::Location> location,
                                   mlir::ValueRange operands,
                                   llvm::SmallVectorImpl<mlir::Type> &inferred);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_LOSSES_H
