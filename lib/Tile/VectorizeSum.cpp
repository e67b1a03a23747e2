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
      : b(b), op(op), loc(op.getLoc()), loops(op), tile(tile), lanes(lanes),
        init(op.getDpsInits()[0]) {
    zero = arith::ConstantIndexOp::create(b, loc, 0);
    one = arith::ConstantIndexOp::create(b, loc, 1);
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      for (auto [dim, expr] : llvm::enumerate(map.getResults()))
        if (expr == b.getAffineDimExpr(loops.terms) && !terms)
          terms = b.createOrFold<tensor::DimOp>(loc, input->get(), dim);
    }
  }

  /// The columns of a row as one vector; a loop over terms adds to all rows.
  void sumColumns() {
    auto type = VectorType::get({tile.width}, b.getF32Type());
    const bool isMatrix = loops.results.size() == 2;
    shape = {tile.width};
    if (isMatrix)
      shape.insert(shape.begin(), tile.rows);
    if (tile.isMasked) {
      Value columns = b.createOrFold<tensor::DimOp>(loc, init, isMatrix);
      auto create = [&](ArrayRef<int64_t> sizes, ValueRange counts) -> Value {
        return vector::CreateMaskOp::create(
            b, loc, VectorType::get(sizes, b.getI1Type()), counts);
      };
      mask = create(tile.width, columns);
      tileMask = isMatrix ? create(shape, {one, columns}) : mask;
    }
    // The whole tile, as what has just made it writes it.
    Value old = readTile();
    SmallVector<Value> sums;
    for (int64_t row = 0; row < tile.rows; ++row)
      sums.push_back(isMatrix ? vector::ExtractOp::create(b, loc, old, row)
                              : old);
    auto loop = scf::ForOp::create(
        b, loc, zero, terms, one, sums,
        [&](OpBuilder &, Location, Value term, ValueRange carried) {
          OpBuilder::InsertionGuard inside(b);
          b.setInsertionPointToStart(carried[0].getParentBlock());
          SmallVector<Value> next;
          for (int64_t row = 0; row < tile.rows; ++row)
            next.push_back(addTerm(row, zero, term, carried[row], type, mask));
          scf::YieldOp::create(b, loc, next);
        });
    writeRows(loop.getResults());
  }

  /// Vectors of terms for each element of the tile, added up at the end.
  void sumTerms() {
    auto type = VectorType::get({lanes}, b.getF32Type());
    const int64_t columns = loops.results.size() == 2 ? tile.width : 1;
    const int64_t rows = loops.results.empty()       ? 1
                         : loops.results.size() == 2 ? tile.rows
                                                     : tile.width;
    SmallVector<Value> nothing(
        rows * columns, arith::ConstantOp::create(b, loc, b.getZeroAttr(type)));
    Value step = arith::ConstantIndexOp::create(b, loc, lanes);
    Value vectors = arith::DivUIOp::create(b, loc, terms, step);
    Value whole = arith::MulIOp::create(b, loc, vectors, step);
    auto body = [&](Value term, ValueRange carried, Value inside) {
      SmallVector<Value> next;
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < columns; ++column) {
          Value sum = carried[row * columns + column];
          Value place = arith::ConstantIndexOp::create(b, loc, column);
          Value more = addTerm(row, place, term, sum, type, inside);
          if (inside)
            more = arith::SelectOp::create(b, loc, inside, more, sum);
          next.push_back(more);
        }
      return next;
    };
    auto loop = scf::ForOp::create(
        b, loc, zero, whole, step, nothing,
        [&](OpBuilder &, Location, Value term, ValueRange carried) {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToStart(carried[0].getParentBlock());
          scf::YieldOp::create(b, loc, body(term, carried, Value()));
        });
    SmallVector<Value> sums = llvm::to_vector_of<Value>(loop.getResults());
    if (std::optional<int64_t> known = getConstantIntValue(terms);
        !known || *known % lanes != 0) {
      Value isLeft = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                           whole, terms);
      SmallVector<Type> types(sums.size(), type);
      auto rest = scf::IfOp::create(b, loc, types, isLeft, true, true);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(rest.thenBlock());
      Value left = arith::SubIOp::create(b, loc, terms, whole);
      Value inside = vector::CreateMaskOp::create(
          b, loc, VectorType::get({lanes}, b.getI1Type()), left);
      scf::YieldOp::create(b, loc, body(whole, sums, inside));
      b.setInsertionPointToStart(rest.elseBlock());
      scf::YieldOp::create(b, loc, sums);
      sums = llvm::to_vector_of<Value>(rest.getResults());
    }
    writeSums(sums, rows, columns);
  }

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }

  Value readRow(Value source, ValueRange place, VectorType type, Value inside) {
    const unsigned rank = place.size();
    Value padding = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0.0f));
    AffineMap last = AffineMap::get(rank, 0, b.getAffineDimExpr(rank - 1));
    return vector::TransferReadOp::create(b, loc, type, source, place,
                                          AffineMapAttr::get(last), padding,
                                          inside, b.getBoolArrayAttr({true}));
  }

  /// The body on vectors: `sum` and term `term` of (row, column).
  Value addTerm(int64_t row, Value column, Value term, Value sum,
                VectorType type, Value inside) {
    SmallVector<Value> arguments;
    const unsigned vectorLoop = sumKindOf(op) == SumKind::OfColumns
                                    ? loops.results.back()
                                    : loops.terms;
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      SmallVector<Value> place;
      for (AffineExpr expr : map.getResults()) {
        const unsigned loop = cast<AffineDimExpr>(expr).getPosition();
        if (loop == loops.terms)
          place.push_back(term);
        else if (loops.results.size() == 2 && loop == loops.results[1])
          place.push_back(column);
        else // one dimension of results: a row of terms, or the columns
          place.push_back(loops.results.size() == 1 &&
                                  vectorLoop == loops.results[0]
                              ? zero
                              : index(row));
      }
      arguments.push_back(
          map.isFunctionOfDim(vectorLoop)
              ? readRow(input->get(), place, type, inside)
              : spread(b, loc,
                       tensor::ExtractOp::create(b, loc, input->get(), place),
                       type.getDimSize(0)));
    }
    arguments.push_back(sum);
    return emitBody(b, op, arguments, type.getDimSize(0))[0];
  }

  VectorType tileType() { return VectorType::get(shape, b.getF32Type()); }

  Value readTile() {
    Value padding = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0.0f));
    return vector::TransferReadOp::create(
        b, loc, tileType(), init, SmallVector<Value>(shape.size(), zero),
        AffineMapAttr::get(b.getMultiDimIdentityMap(shape.size())), padding,
        tileMask, b.getBoolArrayAttr(SmallVector<bool>(shape.size(), true)));
  }

  void writeTile(Value all) {
    b.replaceOp(op,
                vector::TransferWriteOp::create(
                    b, loc, all, init, SmallVector<Value>(shape.size(), zero),
                    AffineMapAttr::get(b.getMultiDimIdentityMap(shape.size())),
                    tileMask,
                    b.getBoolArrayAttr(SmallVector<bool>(shape.size(), true)))
                    .getResult());
  }

  void writeRows(ValueRange rows) {
    if (shape.size() == 1)
      return writeTile(rows[0]);
    Value all = arith::ConstantOp::create(b, loc, b.getZeroAttr(tileType()));
    for (auto [number, row] : llvm::enumerate(rows))
      all = vector::InsertOp::create(b, loc, row, all, number);
    writeTile(all);
  }

  /// init + the elements of each vector of `sums`, added as a tree.
  void writeSums(ValueRange sums, int64_t rows, int64_t columns) {
    SmallVector<Value> totals;
    for (Value sum : sums)
      totals.push_back(
          vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, sum,
                                      arith::FastMathFlags::reassoc));
    if (loops.results.empty()) {
      Value old = tensor::ExtractOp::create(b, loc, init, ValueRange());
      Value total = arith::AddFOp::create(b, loc, old, totals[0]);
      b.replaceOpWithNewOp<tensor::InsertOp>(op, total, init, ValueRange());
      return;
    }
    shape = {rows};
    if (loops.results.size() == 2)
      shape.push_back(columns);
    Value all = vector::FromElementsOp::create(b, loc, tileType(), totals);
    writeTile(arith::AddFOp::create(b, loc, readTile(), all));
  }

  RewriterBase &b;
  linalg::GenericOp op;
  Location loc;
  SumLoops loops;
  VectorTile tile;
  int64_t lanes;
  /// Of the result's tile.
  SmallVector<int64_t, 2> shape;
  Value init, mask, tileMask, zero, one, terms;
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
