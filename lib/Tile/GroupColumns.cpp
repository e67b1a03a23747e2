//===- GroupColumns.cpp - A batch's non-zeros by column -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupColumns.h"
#include "lib/Support/LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

namespace {

/// The loops of a csr.group_columns.
class ColumnGroups : public LoopBuilder {
public:
  ColumnGroups(RewriterBase &b, Location loc, csr::Batch batch)
      : LoopBuilder(b, loc), batch_(batch) {}

  /// One bit a non-zero.
  SmallVector<Value> asMasks(csr::GroupColumnsOp op) {
    auto type = cast<RankedTensorType>(op.getMasks().getType());
    Value masks = linalg::FillOp::create(b, loc, integer(0), op.getMasksInit())
                      .getResult(0);
    masks = forEach(masks,
                    [&](Value i, Value, Value column,
                        ValueRange carried) -> SmallVector<Value> {
                      Value word = index(0), bit = i;
                      if (type.getDimSize(1) > 1) {
                        word = arith::DivUIOp::create(b, loc, i, index(64));
                        bit = arith::RemUIOp::create(b, loc, i, index(64));
                      }
                      Value flag = flagAt(bit);
                      Value old = tensor::ExtractOp::create(
                          b, loc, carried[0], ValueRange{column, word});
                      Value more = arith::OrIOp::create(b, loc, old, flag);
                      return {tensor::InsertOp::create(
                          b, loc, more, carried[0], ValueRange{column, word})};
                    })[0];
    return {op.getStartsInit(), op.getExamplesInit(), op.getEntriesInit(),
            masks};
  }

  /// A counting sort.
  SmallVector<Value> asLists(csr::GroupColumnsOp op) {
    Value starts = op.getStartsInit();
    Value zero = index(0), next = index(1);
    Value last =
        index(cast<RankedTensorType>(starts.getType()).getDimSize(0) - 1);
    Value zero32 = toI32(zero), one32 = toI32(next);
    starts = linalg::FillOp::create(b, loc, zero32, starts).getResult(0);
    // starts[k + 1] = the non-zeros of column k.
    starts = forEach(starts,
                     [&](Value, Value, Value column,
                         ValueRange carried) -> SmallVector<Value> {
                       Value place = add(column, next);
                       return {insert(add(extract(carried[0], place), one32),
                                      carried[0], place)};
                     })[0];
    SmallVector<Value> filled = forEach(
        {sumUp(starts, last), op.getExamplesInit(), op.getEntriesInit()},
        [&](Value i, Value p, Value column, ValueRange carried) {
          return place(i, p, column, carried);
        });
    filled.push_back(op.getMasksInit());
    return filled;
  }

  /// A counting sort of those of the columns that `op` updates that the batch
  /// has, by their ranks.
  TouchedColumns asTouched(csr::UpdateRowsOp op) {
    Value first = op.getFirst(), count = op.getCount();
    findSpans(first, add(first, count));
    const int64_t columns = op.getColumns();
    const int64_t maxWords = columns / 64 + 1;
    Value zero = index(0), next = index(1);
    Value numWords =
        add(arith::DivUIOp::create(b, loc, count, index(64)), next);
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
    Value zero32 = toI32(zero), one32 = toI32(next);
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
    Value starts =
        loop(zero, add(last, next), empty(columns + 1, b.getI32Type()),
             [&](Value rank, ValueRange carried) -> SmallVector<Value> {
               return {insert(zero32, carried[0], rank)};
             })
            .getResult(0);
    // The ranks of the entries, in the order in which they come.
    Value ofEntries = empty(op.getCapacity(), b.getI32Type());
    SmallVector<Value> counted =
        forEach({starts, empty(columns, b.getI32Type()), ofEntries, zero},
                [&](Value, Value, Value column,
                    ValueRange carried) -> SmallVector<Value> {
                  Value rank = touched.rankOf(b, loc, column);
                  Value place = add(rank, next);
                  return {insert(add(extract(carried[0], place), one32),
                                 carried[0], place),
                          insert(toI32(column), carried[1], rank),
                          insert(toI32(rank), carried[2], carried[3]),
                          add(carried[3], next)};
                });
    touched.columns = counted[1];
    SmallVector<Value> filled = forEach(
        {sumUp(counted[0], last), empty(op.getCapacity(), b.getI32Type()),
         empty(op.getCapacity(), b.getF32Type()), zero},
        [&](Value i, Value p, Value, ValueRange carried) {
          Value rank = extractIndex(counted[2], carried[3]);
          SmallVector<Value> result = place(i, p, rank, carried.take_front(3));
          result.push_back(add(carried[3], next));
          return result;
        });
    touched.starts = filled[0];
    touched.examples = filled[1];
    touched.entries = filled[2];
    return touched;
  }

private:
  Value empty(int64_t size, Type element) {
    return tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{size}, element);
  }
  Value empty(Value size, Type element) {
    return tensor::EmptyOp::create(
        b, loc, ArrayRef<OpFoldResult>{OpFoldResult(size)}, element);
  }
  /// 1 << bit.
  Value flagAt(Value bit) {
    return arith::ShLIOp::create(b, loc, integer(1), toI64(bit));
  }

  /// From counts[k + 1] = the non-zeros of column k, for k < columns, to where
  /// column k begins: where it ends once it is filled.
  Value sumUp(Value counts, Value columns) {
    Value zero = index(0), next = index(1);
    return loop(zero, columns, {counts, toI32(zero)},
                [&](Value k, ValueRange carried) -> SmallVector<Value> {
                  Value place = add(k, next);
                  Value after = add(extract(carried[0], place), carried[1]);
                  return {insert(carried[1], carried[0], place), after};
                })
        .getResult(0);
  }

  /// Puts example `i` and entry `p` where column `k` goes on, into starts,
  /// examples and entries.
  SmallVector<Value> place(Value i, Value p, Value k, ValueRange carried) {
    Value next = index(1);
    Value place = add(k, next);
    Value entry = extract(carried[0], place);
    Value where = toIndex(entry);
    Value value = choose(
        batch_.ones, b.getF32Type(), [&] { return number(1.0f); },
        [&] { return extract(batch_.values, p); });
    return {insert(add(entry, toI32(next)), carried[0], place),
            insert(toI32(i), carried[1], where),
            insert(value, carried[2], where)};
  }

  /// The first place from `low` to below `high` whose column is not below
  /// `column`, or `high`.
  Value lowerBound(Value low, Value high, Value column) {
    auto search = scf::WhileOp::create(
        b, loc, TypeRange{low.getType(), high.getType()}, ValueRange{low, high},
        [&](OpBuilder &b, Location loc, ValueRange span) {
          Value isLeft = arith::CmpIOp::create(
              b, loc, arith::CmpIPredicate::ult, span[0], span[1]);
          scf::ConditionOp::create(b, loc, isLeft, span);
        },
        [&](OpBuilder &inner, Location, ValueRange span) {
          OpBuilder::InsertionGuard guard(b);
          b.restoreInsertionPoint(inner.saveInsertionPoint());
          Value middle =
              arith::ShRUIOp::create(b, loc, add(span[0], span[1]), index(1));
          Value isBelow = arith::CmpIOp::create(
              b, loc, arith::CmpIPredicate::ult,
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
  void findSpans(Value first, Value end) {
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

  using EntryBody =
      function_ref<SmallVector<Value>(Value, Value, Value, ValueRange)>;
  /// Runs over the non-zeros of each row of the batch, in order, with the
  /// example, the place in the data and the column.
  SmallVector<Value> forEach(ValueRange carried, EntryBody body) {
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

  csr::Batch batch_;
  /// Where entries to look at begin and end in each row; empty for all.
  SmallVector<Value> spans_;
};

} // namespace

Value TouchedColumns::rankOf(OpBuilder &b, Location loc, Value column) const {
  LoopBuilder words(b, loc);
  column = arith::SubIOp::create(b, loc, column, first);
  Value word = arith::DivUIOp::create(b, loc, column, words.index(64));
  Value bit = arith::IndexCastOp::create(
      b, loc, b.getI64Type(),
      arith::RemUIOp::create(b, loc, column, words.index(64)));
  Value flag = arith::ShLIOp::create(b, loc, words.integer(1), bit);
  Value below = arith::SubIOp::create(b, loc, flag, words.integer(1));
  Value before =
      arith::AndIOp::create(b, loc, words.extract(bits, word), below);
  Value count = arith::IndexCastOp::create(
      b, loc, b.getIndexType(), math::CtPopOp::create(b, loc, before));
  return words.add(words.extractIndex(ranks, word), count);
}

void mlc::lowerGroupColumns(RewriterBase &rewriter, csr::GroupColumnsOp op) {
  rewriter.setInsertionPoint(op);
  ColumnGroups groups(rewriter, op.getLoc(), op.getBatch());
  if (op.getMasks().getType().getDimSize(1) == 0)
    return rewriter.replaceOp(op, groups.asLists(op));
  rewriter.replaceOp(op, groups.chooseAll(
                             op.getOnes(), op.getResultTypes(),
                             [&] { return groups.asMasks(op); },
                             [&] { return groups.asLists(op); }));
}

TouchedColumns mlc::groupTouchedColumns(RewriterBase &rewriter,
                                        csr::UpdateRowsOp op) {
  return ColumnGroups(rewriter, op.getLoc(), op.getBatch()).asTouched(op);
}
