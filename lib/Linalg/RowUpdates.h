//===- RowUpdates.h - Updates of rows that a batch touches ---- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_ROWUPDATES_H
#define MLC_LIB_LINALG_ROWUPDATES_H

#include "dialects/Csr/Csr.h"
#include "dialects/Graph/Graph.h"

#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// A batch, and the most non-zeros that it can have.
struct BoundedBatch {
  csr::Batch batch;
  mlir::Value capacity;
};

/// What a lazy optimiser does with the columns that a batch touches becomes
/// csr.update_rows: each `arith.select` of a changed or an old tensor, with the
/// element-wise ops and the products with the batch that only it needs. Erases
/// `touched`; any other use of it is an error at the user.
llvm::LogicalResult lowerRowUpdates(mlir::RewriterBase &rewriter,
                                    graph::TouchedColumnsOp touched,
                                    const BoundedBatch &batch);

} // namespace mlc

#endif // MLC_LIB_LINALG_ROWUPDATES_H
