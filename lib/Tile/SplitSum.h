//===- SplitSum.h - Sums as partial sums of shards ------------ -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_SPLITSUM_H
#define MLC_LIB_TILE_SPLITSUM_H

#include "Shards.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace mlc {

/// Splits a sum over `loop`, a reduction of `extent` terms, into partial sums,
/// one for each of the loop's `shards`, in a `scf.forall`, and adds them by a
/// balanced tree.
llvm::FailureOr<mlir::Value> splitSum(mlir::RewriterBase &rewriter,
                                      mlir::TilingInterface op, unsigned loop,
                                      int64_t extent, const Shards &shards,
                                      mlir::Value workers);

} // namespace mlc

#endif // MLC_LIB_TILE_SPLITSUM_H
