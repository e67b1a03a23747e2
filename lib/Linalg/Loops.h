//===- Loops.h - Builders of loops on tensors -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_LOOPS_H
#define MLC_LIB_LINALG_LOOPS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

constexpr mlir::utils::IteratorType kParallel =
    mlir::utils::IteratorType::parallel;
constexpr mlir::utils::IteratorType kReduction =
    mlir::utils::IteratorType::reduction;

/// A tensor without values yet.
mlir::Value emptyTensor(mlir::OpBuilder &b, mlir::Location loc,
                        llvm::ArrayRef<mlir::OpFoldResult> sizes,
                        mlir::Type element);

/// An f32 tensor whose elements are all `number`.
mlir::Value filledTensor(mlir::OpBuilder &b, mlir::Location loc,
                         llvm::ArrayRef<mlir::OpFoldResult> sizes,
                         float number);

/// A `linalg.generic` with one result, which `body` yields.
using LoopBody =
    llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)>;
mlir::Value loops(mlir::OpBuilder &b, mlir::Location loc,
                  mlir::ValueRange inputs, mlir::Value init,
                  llvm::ArrayRef<mlir::AffineMap> maps,
                  llvm::ArrayRef<mlir::utils::IteratorType> iterators,
                  LoopBody body);

/// Whether each iteration of `op` computes the elements of its results at its
/// own indices, and no others.
bool isPointwise(mlir::linalg::GenericOp op);

/// The maps of two nested loops, (row, column).
struct LoopMaps {
  explicit LoopMaps(mlir::MLIRContext *context)
      : rows(mlir::AffineMap::get(2, 0, getAffineDimExpr(0, context))),
        columns(mlir::AffineMap::get(2, 0, getAffineDimExpr(1, context))),
        both(mlir::AffineMap::getMultiDimIdentityMap(2, context)) {}
  mlir::AffineMap rows, columns, both;
};

/// The same elements, in row-major order, in another shape.
mlir::Value reshapeTo(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x,
                      mlir::RankedTensorType type);

/// [n, ...] -> [n, c], where c are all sizes but the first, if there are more
/// than two.
mlir::Value asMatrix(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x);
/// And back, to the sizes that a row of `like` has.
mlir::Value fromMatrix(mlir::OpBuilder &b, mlir::Location loc,
                       mlir::Value matrix, mlir::Value like);

/// [..., c] -> [n, c], where n are all sizes but the last, if there are more
/// than two; and back, to the sizes that `like` has before its last.
mlir::Value asRows(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x);
mlir::Value fromRows(mlir::OpBuilder &b, mlir::Location loc, mlir::Value rows,
                     mlir::Value like);

/// [n, c] -> [n]: the sum, or the largest, of each row; n may be more than one
/// size.
mlir::Value sumRows(mlir::OpBuilder &b, mlir::Value x);
mlir::Value maxRows(mlir::OpBuilder &b, mlir::Value x);

/// [n] -> a tensor<f32>: the sum of all elements.
mlir::Value sumElements(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x);

/// [n] -> the shape [n, c] of `like`: each row one value; n may be more than
/// one size.
mlir::Value spreadRows(mlir::OpBuilder &b, mlir::Value perRow,
                       mlir::Value like);

// The patterns of `mlc-graph-to-linalg`, by what they lower.
void populateProductPatterns(mlir::RewritePatternSet &patterns);
void populateReshapePatterns(mlir::RewritePatternSet &patterns);
void populateRowPatterns(mlir::RewritePatternSet &patterns);
void populateLossPatterns(mlir::RewritePatternSet &patterns);

} // namespace mlc

#endif // MLC_LIB_LINALG_LOOPS_H
