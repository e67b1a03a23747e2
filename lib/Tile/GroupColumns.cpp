//===- GroupColumns.cpp - A batch's non-zeros by column -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CsrLoops.h"
#include "VectorTile.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlc;

namespace {

/// The loops of a csr.group_columns.
class ColumnGroups : public LoopBuilder {
public:
  ColumnGroups(RewriterBase &b, csr::GroupColumnsOp op)
      : LoopBuilder(b, op.getLoc()), op(op) {}

  /// One bit a non-zero.
  SmallVector<Value> asMasks() {
    auto type = cast<RankedTensorType>(op.getMasks().getType());
    Value masks = linalg::FillOp::create(b, loc, integer(0), op.getMasksInit())
                      .getResult(0);
    masks = forEach(
        masks,
        [&](Value i, Value, Value column,
            ValueRange carried) -> SmallVector<Value> {
          Value word = index(0), bit = i;
          if (type.getDimSize(1) > 1) {
            word = arith::DivUIOp::create(b, loc, i, index(64));
            bit = arith::RemUIOp::create(b, loc, i, index(64));
          }
          Value shift = arith::IndexCastOp::create(b, loc, b.getI64Type(), bit);
          Value flag = arith::ShLIOp::create(b, loc, integer(1), shift);
          Value old = tensor::ExtractOp::create(b, loc, carried[0],
                                                ValueRange{column, word});
          Value more = arith::OrIOp::create(b, loc, old, flag);
          return {tensor::InsertOp::create(b, loc, more, carried[0],
                                           ValueRange{column, word})};
        })[0];
    return {op.getStartsInit(), op.getExamplesInit(), op.getEntriesInit(),
            masks};
  }

  /// A counting sort.
  SmallVector<Value> asLists() {
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
    // starts[k + 1] = where column k begins: where it ends once it is filled.
    ValueRange sums =
        loop(zero, last, {starts, zero32},
             [&](Value k, ValueRange carried) -> SmallVector<Value> {
               Value place = add(k, next);
               Value after = add(extract(carried[0], place), carried[1]);
               return {insert(carried[1], carried[0], place), after};
             });
    SmallVector<Value> filled = forEach(
        {sums[0], op.getExamplesInit(), op.getEntriesInit()},
        [&](Value i, Value p, Value column,
            ValueRange carried) -> SmallVector<Value> {
          Value place = add(column, next);
          Value entry = extract(carried[0], place);
          Value where = toIndex(entry);
          Value value = choose(
              op.getOnes(), b.getF32Type(), [&] { return SmallVector{one()}; },
              [&] { return SmallVector{extract(op.getValues(), p)}; })[0];
          return {insert(add(entry, one32), carried[0], place),
                  insert(toI32(i), carried[1], where),
                  insert(value, carried[2], where)};
        });
    filled.push_back(op.getMasksInit());
    return filled;
  }

private:
  using EntryBody =
      function_ref<SmallVector<Value>(Value, Value, Value, ValueRange)>;
  /// Runs over the non-zeros of each row of the batch, in order, with the
  /// example, the place in the data and the column.
  SmallVector<Value> forEach(ValueRange carried, EntryBody body) {
    Value count = b.createOrFold<tensor::DimOp>(loc, op.getRows(), 0);
    return llvm::to_vector(
        loop(index(0), count, carried, [&](Value i, ValueRange outer) {
          Value row = extractIndex(op.getRows(), i);
          Value begin = extractIndex(op.getIndptr(), row);
          Value end = extractIndex(op.getIndptr(), add(row, index(1)));
          return llvm::to_vector(
              loop(begin, end, outer, [&](Value p, ValueRange inner) {
                return body(i, p, extractIndex(op.getIndices(), p), inner);
              }));
        }));
  }

  csr::GroupColumnsOp op;
};

} // namespace

void mlc::lowerGroupColumns(RewriterBase &rewriter, csr::GroupColumnsOp op) {
  rewriter.setInsertionPoint(op);
  ColumnGroups groups(rewriter, op);
  if (op.getMasks().getType().getDimSize(1) == 0)
    return rewriter.replaceOp(op, groups.asLists());
  rewriter.replaceOp(op, groups.choose(
                             op.getOnes(), op.getResultTypes(),
                             [&] { return groups.asMasks(); },
                             [&] { return groups.asLists(); }));
}
