//===- GroupColumns.cpp - A batch's non-zeros by column -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupColumns.h"
#include "EntryLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

namespace {

/// The loops of a csr.group_columns.
class ColumnGroups : public EntryLoops {
public:
  using EntryLoops::EntryLoops;

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
    auto [touched, last] = findRanks(op);
    const int64_t columns = op.getColumns();
    Value zero = index(0), next = index(1);
    Value zero32 = toI32(zero), one32 = toI32(next);
    Value starts =
        loop(zero, add(last, next), empty(columns + 1, b.getI32Type()),
             [&](Value rank, ValueRange carried) -> SmallVector<Value> {
               return {insert(zero32, carried[0], rank)};
             })
            .getResult(0);
    // The ranks of the entries, in the order in which they come.
    Value ofEntries = empty(op.getCapacity(), b.getI32Type());
    SmallVector<Value> counted = forEach(
        {starts, empty(columns, b.getI32Type()), ofEntries, zero},
        [&, &touched = touched](Value, Value, Value column,
                                ValueRange carried) -> SmallVector<Value> {
          Value rank = touched.rankOf(b, loc, column);
          Value place = add(rank, next);
          return {
              insert(add(extract(carried[0], place), one32), carried[0], place),
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
    Value value = valueOf(p);
    return {insert(add(entry, toI32(next)), carried[0], place),
            insert(toI32(i), carried[1], where),
            insert(value, carried[2], where)};
  }
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
