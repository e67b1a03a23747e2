//===- VectorizeRows.cpp - Element-wise ops beside a product --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorizeRows.h"
#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Emits the vector code of a tile of several rows.
class RowVectors {
public:
  RowVectors(RewriterBase &b, linalg::GenericOp op, VectorTile tile)
      : b(b), op(op), loc(op.getLoc()), tile(tile), results(op.getDpsInits()) {
    zero = arith::ConstantIndexOp::create(b, loc, 0);
  }

  void emit() {
    // A product's tile in registers is written once, by this op.
    for (Value &result : results)
      if (vector::TransferWriteOp write = tileWrite(result))
        result = write.getBase();
    for (int64_t row = 0; row < tile.rows; ++row) {
      Value place = arith::ConstantIndexOp::create(b, loc, row);
      SmallVector<Value> arguments;
      for (OpOperand *input : op.getDpsInputOperands())
        arguments.push_back(
            read(input->get(), op.getMatchingIndexingMap(input), row, place));
      // A row that is not written yet is as it was.
      for (auto [init, result] : llvm::zip_equal(op.getDpsInits(), results))
        arguments.push_back(read(tileWrite(init) ? init : result,
                                 b.getMultiDimIdentityMap(2), row, place));
      SmallVector<Value> yielded = emitBody(b, op, arguments, tile.width);
      for (auto [result, vector] : llvm::zip_equal(results, yielded))
        result = vector::TransferWriteOp::create(b, loc, vector, result,
                                                 ValueRange{place, zero},
                                                 ArrayRef<bool>{true})
                     .getResult();
    }
    b.replaceOp(op, results);
  }

private:
  /// What the row needs of an operand that the body reads by `map`.
  Value read(Value source, AffineMap map, int64_t row, Value place) {
    Type element = getElementTypeOrSelf(source);
    SmallVector<Value> at =
        llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) -> Value {
          return cast<AffineDimExpr>(expr).getPosition() == 0 ? place : zero;
        });
    if (!map.isFunctionOfDim(1))
      return spread(b, loc,
                    at.empty() && !isa<TensorType>(source.getType())
                        ? source
                        : Value(tensor::ExtractOp::create(b, loc, source, at)),
                    tile.width);
    if (map.isIdentity())
      if (vector::TransferWriteOp write = tileWrite(source))
        return vector::ExtractOp::create(b, loc, write.getVector(), row);
    Value padding = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    return vector::TransferReadOp::create(
        b, loc, VectorType::get({tile.width}, element), source, at, padding,
        ArrayRef<bool>{true});
  }

  /// The write of a whole tile that has just made `source`; null if it is not.
  vector::TransferWriteOp tileWrite(Value source) const {
    auto write = source.getDefiningOp<vector::TransferWriteOp>();
    const bool isWhole = write && !write.getMask() &&
                         write.getVectorType().getShape() ==
                             ArrayRef<int64_t>{tile.rows, tile.width};
    return isWhole ? write : vector::TransferWriteOp();
  }

  RewriterBase &b;
  linalg::GenericOp op;
  Location loc;
  VectorTile tile;
  SmallVector<Value> results;
  Value zero;
};

} // namespace

bool mlc::isOfRows(linalg::GenericOp op) {
  if (op.getNumLoops() != 2 || op.getNumParallelLoops() != 2 ||
      !isElementwiseBody(op))
    return false;
  return llvm::all_of(op.getDpsInitsMutable(),
                      [&](OpOperand &init) {
                        return op.getMatchingIndexingMap(&init).isIdentity();
                      }) &&
         llvm::all_of(op.getDpsInputOperands(), [&](OpOperand *input) {
           AffineMap map = op.getMatchingIndexingMap(input);
           return map.isProjectedPermutation() &&
                  (!map.isFunctionOfDim(1) ||
                   map.getResults().back() ==
                       getAffineDimExpr(1, op.getContext()));
         });
}

void mlc::vectorizeRows(RewriterBase &rewriter, linalg::GenericOp op,
                        VectorTile tile) {
  rewriter.setInsertionPoint(op);
  RowVectors(rewriter, op, tile).emit();
}
