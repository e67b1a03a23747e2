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
      : b_(b), op_(op), loc_(op.getLoc()), tile_(tile),
        results_(op.getDpsInits()) {
    zero_ = arith::ConstantIndexOp::create(b, loc_, 0);
  }

  void emit() {
    // A product's tile in registers is written once, by this op.
    for (Value &result : results_)
      if (vector::TransferWriteOp write = tileWrite(result))
        result = write.getBase();
    for (int64_t row = 0; row < tile_.rows; ++row) {
      Value place = arith::ConstantIndexOp::create(b_, loc_, row);
      SmallVector<Value> arguments;
      for (OpOperand *input : op_.getDpsInputOperands())
        arguments.push_back(
            read(input->get(), op_.getMatchingIndexingMap(input), row, place));
      // A row that is not written yet is as it was.
      for (auto [init, result] : llvm::zip_equal(op_.getDpsInits(), results_))
        arguments.push_back(read(tileWrite(init) ? init : result,
                                 b_.getMultiDimIdentityMap(2), row, place));
      SmallVector<Value> yielded = emitBody(b_, op_, arguments, tile_.width);
      for (auto [result, vector] : llvm::zip_equal(results_, yielded))
        result = vector::TransferWriteOp::create(b_, loc_, vector, result,
                                                 ValueRange{place, zero_},
                                                 ArrayRef<bool>{true})
                     .getResult();
    }
    b_.replaceOp(op_, results_);
  }

private:
  /// What the row needs of an operand that the body reads by `map`.
  Value read(Value source, AffineMap map, int64_t row, Value place) {
    Type element = getElementTypeOrSelf(source);
    SmallVector<Value> at =
        llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) -> Value {
          return cast<AffineDimExpr>(expr).getPosition() == 0 ? place : zero_;
        });
    if (!map.isFunctionOfDim(1))
      return spread(
          b_, loc_,
          at.empty() && !isa<TensorType>(source.getType())
              ? source
              : Value(tensor::ExtractOp::create(b_, loc_, source, at)),
          tile_.width);
    if (map.isIdentity())
      if (vector::TransferWriteOp write = tileWrite(source))
        return vector::ExtractOp::create(b_, loc_, write.getVector(), row);
    Value padding =
        arith::ConstantOp::create(b_, loc_, b_.getZeroAttr(element));
    return vector::TransferReadOp::create(
        b_, loc_, VectorType::get({tile_.width}, element), source, at, padding,
        ArrayRef<bool>{true});
  }

  /// The write of a whole tile that has just made `source`; null if it is not.
  vector::TransferWriteOp tileWrite(Value source) const {
    auto write = source.getDefiningOp<vector::TransferWriteOp>();
    const bool isWhole = write && !write.getMask() &&
                         write.getVectorType().getShape() ==
                             ArrayRef<int64_t>{tile_.rows, tile_.width};
    return isWhole ? write : vector::TransferWriteOp();
  }

  RewriterBase &b_;
  linalg::GenericOp op_;
  Location loc_;
  VectorTile tile_;
  SmallVector<Value> results_;
  Value zero_;
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
