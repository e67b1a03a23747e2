//===- SplitOffRest.h - Whole tiles apart from what is left -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_SPLITOFFREST_H
#define MLC_LIB_TILE_SPLITOFFREST_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// Splits a loop over tiles of `size` elements: it keeps the whole tiles, and a
/// copy of it, which is returned, does what is left at the end; null where
/// nothing can be left.
mlir::scf::ForOp splitOffRest(mlir::RewriterBase &b, mlir::scf::ForOp loop,
                              int64_t size);

} // namespace mlc

#endif // MLC_LIB_TILE_SPLITOFFREST_H
