//===- VectorizeSum.cpp - Sums on vectors ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorizeSum.h"
#include "SumLoops.h"
#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Emits the vector code of one tile.
class SumVectors {
public:
  SumVectors(RewriterBase &b, linalg::GenericOp op, VectorTile tile,
             int64_t lanes)
      : b_(b), op_(op), loc_(op.getLoc()), loops_(op), tile_(tile),
        lanes_(lanes), init_(op.getDpsInits()[0]) {
    zero_ = arith::ConstantIndexOp::create(b, loc_, 0);
    one_ = arith::ConstantIndexOp::create(b, loc_, 1);
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      for (auto [dim, expr] : llvm::enumerate(map.getResults()))
        if (expr == b.getAffineDimExpr(loops_.terms) && !terms_)
          terms_ = b.createOrFold<tensor::DimOp>(loc_, input->get(), dim);
    }
  }

  /// The columns of a row as one vector; a loop over terms adds to all rows.
  void sumColumns() {
    auto type = VectorType::get({tile_.width}, b_.getF32Type());
    const bool isMatrix = loops_.results.size() == 2;
    shape_ = {tile_.width};
    if (isMatrix)
      shape_.insert(shape_.begin(), tile_.rows);
    if (tile_.isMasked) {
      Value columns = b_.createOrFold<tensor::DimOp>(loc_, init_, isMatrix);
      auto create = [&](ArrayRef<int64_t> sizes, ValueRange counts) -> Value {
        return vector::CreateMaskOp::create(
            b_, loc_, VectorType::get(sizes, b_.getI1Type()), counts);
      };
      mask_ = create(tile_.width, columns);
      tileMask_ = isMatrix ? create(shape_, {one_, columns}) : mask_;
    }
    // The whole tile, as what has just made it writes it.
    Value old = readTile();
    SmallVector<Value> sums;
    for (int64_t row = 0; row < tile_.rows; ++row)
      sums.push_back(isMatrix ? vector::ExtractOp::create(b_, loc_, old, row)
                              : old);
    auto loop = scf::ForOp::create(
        b_, loc_, zero_, terms_, one_, sums,
        [&](OpBuilder &, Location, Value term, ValueRange carried) {
          OpBuilder::InsertionGuard inside(b_);
          b_.setInsertionPointToStart(carried[0].getParentBlock());
          SmallVector<Value> next;
          for (int64_t row = 0; row < tile_.rows; ++row)
            next.push_back(
                addTerm(row, zero_, term, carried[row], type, mask_));
          scf::YieldOp::create(b_, loc_, next);
        });
    writeRows(loop.getResults());
  }

  /// Vectors of terms for each element of the tile, added up at the end.
  void sumTerms() {
    auto type = VectorType::get({lanes_}, b_.getF32Type());
    const int64_t columns = loops_.results.size() == 2 ? tile_.width : 1;
    const int64_t rows = loops_.results.empty()       ? 1
                         : loops_.results.size() == 2 ? tile_.rows
                                                      : tile_.width;
    SmallVector<Value> nothing(
        rows * columns,
        arith::ConstantOp::create(b_, loc_, b_.getZeroAttr(type)));
    Value step = arith::ConstantIndexOp::create(b_, loc_, lanes_);
    Value vectors = arith::DivUIOp::create(b_, loc_, terms_, step);
    Value whole = arith::MulIOp::create(b_, loc_, vectors, step);
    const bool addsNothing = addsProductsOfTerms();
    auto body = [&](Value term, ValueRange carried, Value inside) {
      SmallVector<Value> next;
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < columns; ++column) {
          Value sum = carried[row * columns + column];
          Value place = arith::ConstantIndexOp::create(b_, loc_, column);
          Value more = addTerm(row, place, term, sum, type, inside);
          if (inside && !addsNothing)
            more = arith::SelectOp::create(b_, loc_, inside, more, sum);
          next.push_back(more);
        }
      return next;
    };
    auto loop = scf::ForOp::create(
        b_, loc_, zero_, whole, step, nothing,
        [&](OpBuilder &, Location, Value term, ValueRange carried) {
          OpBuilder::InsertionGuard guard(b_);
          b_.setInsertionPointToStart(carried[0].getParentBlock());
          scf::YieldOp::create(b_, loc_, body(term, carried, Value()));
        });
    SmallVector<Value> sums = llvm::to_vector_of<Value>(loop.getResults());
    if (std::optional<int64_t> known = getConstantIntValue(terms_);
        !known || *known % lanes_ != 0) {
      Value isLeft = arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::ult,
                                           whole, terms_);
      SmallVector<Type> types(sums.size(), type);
      auto rest = scf::IfOp::create(b_, loc_, types, isLeft, true, true);
      OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointToStart(rest.thenBlock());
      Value left = arith::SubIOp::create(b_, loc_, terms_, whole);
      Value inside = vector::CreateMaskOp::create(
          b_, loc_, VectorType::get({lanes_}, b_.getI1Type()), left);
      scf::YieldOp::create(b_, loc_, body(whole, sums, inside));
      b_.setInsertionPointToStart(rest.elseBlock());
      scf::YieldOp::create(b_, loc_, sums);
      sums = llvm::to_vector_of<Value>(rest.getResults());
    }
    writeSums(sums, rows, columns);
  }

private:
  /// Whether a term is a product of two elements that are read as vectors of
  /// terms. Beyond the last term it is 0 * 0 then, which changes nothing of a
  /// sum but the sign of one that is 0.
  bool addsProductsOfTerms() {
    auto fma = op_.getBody()
                   ->getTerminator()
                   ->getOperand(0)
                   .getDefiningOp<math::FmaOp>();
    auto isElement = [&](Value value) {
      auto argument = dyn_cast<BlockArgument>(value);
      return argument && argument.getArgNumber() < op_.getNumDpsInputs();
    };
    return fma && isElement(fma.getA()) && isElement(fma.getB()) &&
           llvm::all_of(op_.getDpsInputOperands(), [&](OpOperand *input) {
             return op_.getMatchingIndexingMap(input).isFunctionOfDim(
                 loops_.terms);
           });
  }

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b_, loc_, value);
  }

  Value readRow(Value source, ValueRange place, int64_t width, Value inside) {
    const unsigned rank = place.size();
    auto type = VectorType::get({width}, getElementTypeOrSelf(source));
    Value padding = arith::ConstantOp::create(
        b_, loc_, b_.getZeroAttr(type.getElementType()));
    AffineMap last = AffineMap::get(rank, 0, b_.getAffineDimExpr(rank - 1));
    return vector::TransferReadOp::create(b_, loc_, type, source, place,
                                          AffineMapAttr::get(last), padding,
                                          inside, b_.getBoolArrayAttr({true}));
  }

  /// The body on vectors: `sum` and term `term` of (row, column).
  Value addTerm(int64_t row, Value column, Value term, Value sum,
                VectorType type, Value inside) {
    SmallVector<Value> arguments;
    const unsigned vectorLoop = sumKindOf(op_) == SumKind::OfColumns
                                    ? loops_.results.back()
                                    : loops_.terms;
    for (OpOperand *input : op_.getDpsInputOperands()) {
      AffineMap map = op_.getMatchingIndexingMap(input);
      SmallVector<Value> place;
      for (AffineExpr expr : map.getResults()) {
        const unsigned loop = cast<AffineDimExpr>(expr).getPosition();
        if (loop == loops_.terms)
          place.push_back(term);
        else if (loops_.results.size() == 2 && loop == loops_.results[1])
          place.push_back(column);
        else // one dimension of results: a row of terms, or the columns
          place.push_back(loops_.results.size() == 1 &&
                                  vectorLoop == loops_.results[0]
                              ? zero_
                              : index(row));
      }
      arguments.push_back(
          map.isFunctionOfDim(vectorLoop)
              ? readRow(input->get(), place, type.getDimSize(0), inside)
              : spread(b_, loc_,
                       tensor::ExtractOp::create(b_, loc_, input->get(), place),
                       type.getDimSize(0)));
    }
    arguments.push_back(sum);
    return emitBody(b_, op_, arguments, type.getDimSize(0))[0];
  }

  VectorType tileType() { return VectorType::get(shape_, b_.getF32Type()); }

  Value readTile() {
    Value padding =
        arith::ConstantOp::create(b_, loc_, b_.getF32FloatAttr(0.0f));
    return vector::TransferReadOp::create(
        b_, loc_, tileType(), init_, SmallVector<Value>(shape_.size(), zero_),
        AffineMapAttr::get(b_.getMultiDimIdentityMap(shape_.size())), padding,
        tileMask_, b_.getBoolArrayAttr(SmallVector<bool>(shape_.size(), true)));
  }

  void writeTile(Value all) {
    b_.replaceOp(
        op_, vector::TransferWriteOp::create(
                 b_, loc_, all, init_, SmallVector<Value>(shape_.size(), zero_),
                 AffineMapAttr::get(b_.getMultiDimIdentityMap(shape_.size())),
                 tileMask_,
                 b_.getBoolArrayAttr(SmallVector<bool>(shape_.size(), true)))
                 .getResult());
  }

  void writeRows(ValueRange rows) {
    if (shape_.size() == 1)
      return writeTile(rows[0]);
    Value all = arith::ConstantOp::create(b_, loc_, b_.getZeroAttr(tileType()));
    for (auto [number, row] : llvm::enumerate(rows))
      all = vector::InsertOp::create(b_, loc_, row, all, number);
    writeTile(all);
  }

  /// init + the elements of each vector of `sums`, added as a tree.
  void writeSums(ValueRange sums, int64_t rows, int64_t columns) {
    SmallVector<Value> totals;
    for (Value sum : sums)
      totals.push_back(
          vector::ReductionOp::create(b_, loc_, vector::CombiningKind::ADD, sum,
                                      arith::FastMathFlags::reassoc));
    if (loops_.results.empty()) {
      Value old = tensor::ExtractOp::create(b_, loc_, init_, ValueRange());
      Value total = arith::AddFOp::create(b_, loc_, old, totals[0]);
      b_.replaceOpWithNewOp<tensor::InsertOp>(op_, total, init_, ValueRange());
      return;
    }
    shape_ = {rows};
    if (loops_.results.size() == 2)
      shape_.push_back(columns);
    Value all = vector::FromElementsOp::create(b_, loc_, tileType(), totals);
    writeTile(arith::AddFOp::create(b_, loc_, readTile(), all));
  }

  RewriterBase &b_;
  linalg::GenericOp op_;
  Location loc_;
  SumLoops loops_;
  VectorTile tile_;
  int64_t lanes_;
  /// Of the result's tile.
  SmallVector<int64_t, 2> shape_;
  Value init_, mask_, tileMask_, zero_, one_, terms_;
};

} // namespace

LogicalResult mlc::vectorizeSum(RewriterBase &rewriter, linalg::GenericOp op,
                                VectorTile tile, int64_t lanes) {
  std::optional<SumKind> kind = sumKindOf(op);
  if (!kind)
    return failure();
  rewriter.setInsertionPoint(op);
  SumVectors vectors(rewriter, op, tile, lanes);
  if (*kind == SumKind::OfColumns)
    vectors.sumColumns();
  else
    vectors.sumTerms();
  return success();
}
