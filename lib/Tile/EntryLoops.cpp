//===- EntryLoops.cpp - Loops over a batch's non-zeros --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EntryLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

Value EntryLoops::empty(int64_t size, Type element) {
  return tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{size}, element);
}
Value EntryLoops::empty(Value size, Type element) {
  return tensor::EmptyOp::create(
      b, loc, ArrayRef<OpFoldResult>{OpFoldResult(size)}, element);
}
Value EntryLoops::flagAt(Value bit) {
  return arith::ShLIOp::create(b, loc, integer(1), toI64(bit));
}

Value EntryLoops::valueOf(Value p) {
  return choose(
      batch_.ones, b.getF32Type(), [&] { return number(1.0f); },
      [&] { return extract(batch_.values, p); });
}

std::pair<TouchedColumns, Value> EntryLoops::findRanks(csr::UpdateRowsOp op) {
  Value first = op.getFirst(), count = op.getCount();
  findSpans(first, add(first, count));
  const int64_t columns = op.getColumns();
  const int64_t maxWords = columns / 64 + 1;
  Value zero = index(0), next = index(1);
  Value numWords = add(arith::DivUIOp::create(b, loc, count, index(64)), next);
  TouchedColumns touched;
  touched.first = first;
  touched.bits =
      loop(zero, numWords, empty(maxWords, b.getI64Type()),
           [&](Value word, ValueRange carried) {
             return SmallVector<Value>{insert(integer(0), carried[0], word)};
           })
          .getResult(0);
  touched.bits =
      forEach(touched.bits,
              [&](Value, Value, Value column,
                  ValueRange carried) -> SmallVector<Value> {
                Value place = arith::SubIOp::create(b, loc, column, first);
                Value word = arith::DivUIOp::create(b, loc, place, index(64));
                Value bit = arith::RemUIOp::create(b, loc, place, index(64));
                Value more = arith::OrIOp::create(
                    b, loc, extract(carried[0], word), flagAt(bit));
                return {insert(more, carried[0], word)};
              })[0];
  Value zero32 = toI32(zero);
  scf::ForOp ranks = loop(
      zero, numWords, {empty(maxWords, b.getI32Type()), zero32},
      [&](Value word, ValueRange carried) -> SmallVector<Value> {
        Value count = arith::TruncIOp::create(
            b, loc, b.getI32Type(),
            math::CtPopOp::create(b, loc, extract(touched.bits, word)));
        return {insert(carried[1], carried[0], word), add(carried[1], count)};
      });
  touched.ranks = ranks.getResult(0);
  Value last = toIndex(ranks.getResult(1));
  return {touched, last};
}

/// The first place from `low` to below `high` whose column is not below
/// `column`, or `high`.
Value EntryLoops::lowerBound(Value low, Value high, Value column) {
  auto search = scf::WhileOp::create(
      b, loc, TypeRange{low.getType(), high.getType()}, ValueRange{low, high},
      [&](OpBuilder &b, Location loc, ValueRange span) {
        Value isLeft = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                             span[0], span[1]);
        scf::ConditionOp::create(b, loc, isLeft, span);
      },
      [&](OpBuilder &inner, Location, ValueRange span) {
        OpBuilder::InsertionGuard guard(b);
        b.restoreInsertionPoint(inner.saveInsertionPoint());
        Value middle =
            arith::ShRUIOp::create(b, loc, add(span[0], span[1]), index(1));
        Value isBelow =
            arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                  extractIndex(batch_.indices, middle), column);
        Value from = arith::SelectOp::create(b, loc, isBelow,
                                             add(middle, index(1)), span[0]);
        Value to = arith::SelectOp::create(b, loc, isBelow, span[1], middle);
        scf::YieldOp::create(b, loc, ValueRange{from, to});
      });
  return search.getResult(0);
}

/// Has forEach look at columns from `first` to below `end` only, which stand
/// together in each row.
void EntryLoops::findSpans(Value first, Value end) {
  Value count = b.createOrFold<tensor::DimOp>(loc, batch_.rows, 0);
  Value places = tensor::EmptyOp::create(
      b, loc, ArrayRef<OpFoldResult>{OpFoldResult(count)}, b.getI64Type());
  spans_ = llvm::to_vector_of<Value>(
      loop(index(0), count, {places, places},
           [&](Value i, ValueRange carried) -> SmallVector<Value> {
             auto [low, high] = rowOf(batch_.rows, batch_.indptr, i);
             Value from = lowerBound(low, high, first);
             Value to = lowerBound(from, high, end);
             return {insert(toI64(from), carried[0], i),
                     insert(toI64(to), carried[1], i)};
           })
          .getResults());
}

SmallVector<Value> EntryLoops::forEach(ValueRange carried, EntryBody body) {
  Value count = b.createOrFold<tensor::DimOp>(loc, batch_.rows, 0);
  return llvm::to_vector_of<Value>(
      loop(index(0), count, carried, [&](Value i, ValueRange outer) {
        auto [begin, end] = spans_.empty()
                                ? rowOf(batch_.rows, batch_.indptr, i)
                                : std::pair(extractIndex(spans_[0], i),
                                            extractIndex(spans_[1], i));
        return llvm::to_vector_of<Value>(
            loop(begin, end, outer, [&](Value p, ValueRange inner) {
              return body(i, p, extractIndex(batch_.indices, p), inner);
            }).getResults());
      }).getResults());
}
