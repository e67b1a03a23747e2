//===- VectorBody.h - A loop's body on vectors ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_VECTORBODY_H
#define MLC_LIB_TILE_VECTORBODY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlc {

/// Whether the body of `op` computes each element from its operands alone: it
/// neither reads memory nor asks for its place.
bool isElementwiseBody(mlir::linalg::LinalgOp op);

/// A vector of `width` elements that are all `scalar`.
mlir::Value spread(mlir::OpBuilder &b, mlir::Location loc, mlir::Value scalar,
                   int64_t width);

/// Emits the body of `op`, see isElementwiseBody, on vectors of `width`
/// elements: `arguments` stand for those of the body. Returns what it yields.
llvm::SmallVector<mlir::Value> emitBody(mlir::OpBuilder &b,
                                        mlir::linalg::LinalgOp op,
                                        llvm::ArrayRef<mlir::Value> arguments,
                                        int64_t width);

} // namespace mlc

#endif // MLC_LIB_TILE_VECTORBODY_H
