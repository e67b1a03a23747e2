//===- RowVector.h - A row of a sparse product on vectors -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_ROWVECTOR_H
#define MLC_LIB_TILE_ROWVECTOR_H

#include "VectorTile.h"
#include "lib/Support/LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace mlc {

/// The row that `product` makes: a vector of its columns, and their mask if it
/// has one.
class RowVector : public LoopBuilder {
public:
  RowVector(mlir::RewriterBase &b, mlir::DestinationStyleOpInterface product,
            VectorTile vectors)
      : LoopBuilder(b, product.getLoc()), tile_(product.getDpsInits()[0]),
        type_(mlir::VectorType::get({1, vectors.width}, b.getF32Type())) {
    if (!vectors.isMasked)
      return;
    mlir::Value columns = b.createOrFold<mlir::tensor::DimOp>(loc, tile_, 1);
    mask_ = mlir::vector::CreateMaskOp::create(
        b, loc, mlir::VectorType::get({1, vectors.width}, b.getI1Type()),
        mlir::ValueRange{index(1), columns});
  }

  /// Columns of row `row` of `matrix`.
  mlir::Value read(mlir::Value matrix, mlir::Value row) {
    mlir::Value zero =
        mlir::arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0.0f));
    return mlir::vector::TransferReadOp::create(
        b, loc, type_, matrix, mlir::ValueRange{row, index(0)},
        mlir::AffineMapAttr::get(b.getMultiDimIdentityMap(2)), zero, mask_,
        b.getBoolArrayAttr({true, true}));
  }
  mlir::Value write(mlir::Value vector) {
    return mlir::vector::TransferWriteOp::create(
               b, loc, vector, tile_, mlir::ValueRange{index(0), index(0)},
               mlir::AffineMapAttr::get(b.getMultiDimIdentityMap(2)), mask_,
               b.getBoolArrayAttr({true, true}))
        .getResult();
  }
  /// A vector of columns as a row.
  mlir::Value asRow(mlir::Value vector) {
    return mlir::vector::ShapeCastOp::create(b, loc, type_, vector);
  }
  /// sum + scalar * row.
  mlir::Value fma(mlir::Value scalar, mlir::Value row, mlir::Value sum) {
    mlir::Value spread =
        mlir::vector::BroadcastOp::create(b, loc, type_, scalar);
    return mlir::vector::FMAOp::create(b, loc, spread, row, sum);
  }

  mlir::Value sum(mlir::Value x, mlir::Value y) {
    return mlir::arith::AddFOp::create(b, loc, x, y);
  }
  mlir::VectorType vectorType() const { return type_; }

private:
  mlir::Value tile_;
  mlir::VectorType type_;
  mlir::Value mask_;
};

/// Whether a tile has one row.
inline bool isOneRow(mlir::Value tile) {
  return mlir::cast<mlir::RankedTensorType>(tile.getType()).getDimSize(0) == 1;
}

} // namespace mlc

#endif // MLC_LIB_TILE_ROWVECTOR_H
