//===- VectorizeCsr.cpp - Csr products on vectors -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorizeCsr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Small words for the ops that the loops below are made of.
class LoopBuilder {
public:
  LoopBuilder(RewriterBase &b, Location loc) : b(b), loc(loc) {}

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value extract(Value list, Value place) {
    return tensor::ExtractOp::create(b, loc, list, place);
  }
  Value extractIndex(Value list, Value place) {
    return toIndex(extract(list, place));
  }
  Value toIndex(Value value) {
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), value);
  }
  Value toI32(Value value) {
    return arith::IndexCastOp::create(b, loc, b.getI32Type(), value);
  }
  Value insert(Value value, Value list, Value place) {
    return tensor::InsertOp::create(b, loc, value, list, place);
  }

  using LoopBody = function_ref<SmallVector<Value>(Value, ValueRange)>;
  ValueRange loop(Value from, Value to, ValueRange carried, LoopBody body) {
    return scf::ForOp::create(
               b, loc, from, to, index(1), carried,
               [&](OpBuilder &inner, Location, Value i, ValueRange args) {
                 OpBuilder::InsertionGuard guard(b);
                 b.setInsertionPoint(inner.getInsertionBlock(),
                                     inner.getInsertionPoint());
                 SmallVector<Value> results = body(i, args);
                 scf::YieldOp::create(b, loc, results);
               })
        .getResults();
  }

  RewriterBase &b;
  Location loc;
};

/// One row of a tile: a vector of its columns and their mask.
class RowVector : public LoopBuilder {
public:
  RowVector(RewriterBase &b, Value tile, int64_t width)
      : LoopBuilder(b, tile.getLoc()), tile(tile),
        type(VectorType::get({1, width}, b.getF32Type())) {
    Value columns = b.createOrFold<tensor::DimOp>(loc, tile, 1);
    mask = vector::CreateMaskOp::create(
        b, loc, VectorType::get({1, width}, b.getI1Type()),
        ValueRange{index(1), columns});
  }

  /// Columns of row `row` of `matrix`.
  Value read(Value matrix, Value row) {
    Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0.0f));
    return vector::TransferReadOp::create(
        b, loc, type, matrix, ValueRange{row, index(0)},
        AffineMapAttr::get(b.getMultiDimIdentityMap(2)), zero, mask,
        b.getBoolArrayAttr({true, true}));
  }
  Value write(Value vector) {
    return vector::TransferWriteOp::create(
               b, loc, vector, tile, ValueRange{index(0), index(0)},
               AffineMapAttr::get(b.getMultiDimIdentityMap(2)), mask,
               b.getBoolArrayAttr({true, true}))
        .getResult();
  }
  /// sum + scalar * row.
  Value fma(Value scalar, Value row, Value sum) {
    Value spread = vector::BroadcastOp::create(b, loc, type, scalar);
    return vector::FMAOp::create(b, loc, spread, row, sum);
  }

private:
  Value tile;
  VectorType type;
  Value mask;
};

bool isOneRow(Value tile) {
  return cast<RankedTensorType>(tile.getType()).getDimSize(0) == 1;
}

} // namespace

LogicalResult mlc::vectorizeCsr(RewriterBase &rewriter, csr::MatmulOp op,
                                int64_t width) {
  if (!isOneRow(op.getInit()))
    return failure();
  rewriter.setInsertionPoint(op);
  RowVector v(rewriter, op.getInit(), width);
  Value row = v.extractIndex(op.getRows(), v.index(0));
  Value begin = v.extractIndex(op.getIndptr(), row);
  Value end = v.extractIndex(op.getIndptr(), v.add(row, v.index(1)));
  ValueRange sum =
      v.loop(begin, end, v.read(op.getInit(), v.index(0)),
             [&](Value p, ValueRange sum) -> SmallVector<Value> {
               Value column = v.extractIndex(op.getIndices(), p);
               Value value = v.extract(op.getValues(), p);
               return {v.fma(value, v.read(op.getWeight(), column), sum[0])};
             });
  rewriter.replaceOp(op, v.write(sum[0]));
  return success();
}

LogicalResult mlc::vectorizeCsr(RewriterBase &rewriter,
                                csr::MatmulTransposedOp op, int64_t width) {
  if (!isOneRow(op.getInit()))
    return failure();
  rewriter.setInsertionPoint(op);
  RowVector v(rewriter, op.getInit(), width);
  Value begin = v.extractIndex(op.getStarts(), v.index(0));
  Value end = v.extractIndex(op.getStarts(), v.index(1));
  ValueRange sum =
      v.loop(begin, end, v.read(op.getInit(), v.index(0)),
             [&](Value q, ValueRange sum) -> SmallVector<Value> {
               Value example = v.extractIndex(op.getExamples(), q);
               Value value = v.extract(op.getEntries(), q);
               return {v.fma(value, v.read(op.getRhs(), example), sum[0])};
             });
  rewriter.replaceOp(op, v.write(sum[0]));
  return success();
}

void mlc::lowerGroupColumns(RewriterBase &rewriter, csr::GroupColumnsOp op) {
  rewriter.setInsertionPoint(op);
  LoopBuilder v(rewriter, op.getLoc());
  Value starts = op.getStartsInit();
  Value zero = v.index(0), one = v.index(1);
  Value last =
      v.index(cast<RankedTensorType>(starts.getType()).getDimSize(0) - 1);
  Value zero32 = v.toI32(zero), one32 = v.toI32(one);
  Value count = rewriter.createOrFold<tensor::DimOp>(v.loc, op.getRows(), 0);

  // The non-zeros of each row of the batch, in order.
  auto forEach = [&](ValueRange carried, auto body) {
    return v.loop(zero, count, carried,
                  [&](Value i, ValueRange outer) -> SmallVector<Value> {
                    Value row = v.extractIndex(op.getRows(), i);
                    Value begin = v.extractIndex(op.getIndptr(), row);
                    Value end = v.extractIndex(op.getIndptr(), v.add(row, one));
                    ValueRange results = v.loop(
                        begin, end, outer,
                        [&](Value p, ValueRange inner) -> SmallVector<Value> {
                          Value column = v.extractIndex(op.getIndices(), p);
                          return body(i, p, column, inner);
                        });
                    return llvm::to_vector(results);
                  });
  };

  // starts[k + 1] = the non-zeros of column k.
  starts = v.loop(zero, v.add(last, one), starts,
                  [&](Value k, ValueRange carried) -> SmallVector<Value> {
                    return {v.insert(zero32, carried[0], k)};
                  })[0];
  starts = forEach(starts,
                   [&](Value, Value, Value column,
                       ValueRange carried) -> SmallVector<Value> {
                     Value place = v.add(column, one);
                     Value more = v.add(v.extract(carried[0], place), one32);
                     return {v.insert(more, carried[0], place)};
                   })[0];
  // starts[k + 1] = where column k begins: where it ends once it is filled.
  ValueRange sums =
      v.loop(zero, last, {starts, zero32},
             [&](Value k, ValueRange carried) -> SmallVector<Value> {
               Value place = v.add(k, one);
               Value next = v.add(v.extract(carried[0], place), carried[1]);
               return {v.insert(carried[1], carried[0], place), next};
             });
  ValueRange filled = forEach(
      {sums[0], op.getExamplesInit(), op.getEntriesInit()},
      [&](Value i, Value p, Value column,
          ValueRange carried) -> SmallVector<Value> {
        Value place = v.add(column, one);
        Value next = v.extract(carried[0], place);
        Value where = v.toIndex(next);
        return {v.insert(v.add(next, one32), carried[0], place),
                v.insert(v.toI32(i), carried[1], where),
                v.insert(v.extract(op.getValues(), p), carried[2], where)};
      });
  rewriter.replaceOp(op, filled);
}
