//===- ColumnSums.cpp - Sums of the columns of a batch --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ColumnSums.h"
#include "ElementLoops.h"

using namespace mlir;
using namespace mlc;

Value ColumnSums::sum(Value init, Value matrix, ArrayRef<OpFoldResult> first) {
  ElementLoops loops(rewriter_, loc, init, b.getMultiDimIdentityMap(2), 2);
  return loops.build([&](ValueRange at,
                         ValueRange firsts) -> SmallVector<Value> {
    Value column = at[0];
    for (OpFoldResult offset : first)
      column = add(column, getValueOrCreateConstantIndexOp(b, loc, offset));
    auto byExamples = [&] {
      return addExamples(matrix, column, at[1], firsts[0]);
    };
    if (!subsets_)
      return {byExamples()};
    auto bySubsets = [&] {
      return overWords(column, firsts[0],
                       [&](Value word, Value bits, Value partial) {
                         return subsets_->addWord(at[1], word, bits, partial);
                       });
    };
    return {choose(batch_.ones, b.getF32Type(), bySubsets, byExamples)};
  })[0];
}

/// Carries a sum over the words of a column's mask.
Value ColumnSums::overWords(Value column, Value sum, AddWord addWord) {
  return loop(index(0), index(masks_.wordCount()), sum,
              [&](Value word, ValueRange carried) -> SmallVector<Value> {
                return {addWord(word, masks_.wordAt(column, word), carried[0])};
              })
      .getResult(0);
}

/// `sum` and the term of each example of the column.
Value ColumnSums::addExamples(Value matrix, Value column, Value unit,
                              Value sum) {
  return overWords(column, sum, [&](Value word, Value bits, Value partial) {
    Value start =
        arith::MulIOp::create(b, loc, word, index(ColumnMasks::kBits));
    return masks_.forEachBit(bits, partial, [&](Value bit, Value carried) {
      Value example = add(start, bit);
      return addProduct(entryAt(example, column),
                        extract(matrix, {example, unit}), carried);
    });
  });
}

/// The value of `example` in `column`, where it has one: columns rise in
/// each row, so halving the row finds it.
Value ColumnSums::entryAt(Value example, Value column) {
  return choose(
      batch_.ones, b.getF32Type(), [&] { return number(1.0f); },
      [&] {
        auto [begin, end] = rowOf(batch_.rows, batch_.indptr, example);
        return extract(batch_.values, search(begin, end, column));
      });
}

/// The place in [begin, end) that holds `column`.
Value ColumnSums::search(Value begin, Value end, Value column) {
  Type type = b.getIndexType();
  auto halve = scf::WhileOp::create(b, loc, TypeRange{type, type},
                                    ValueRange{begin, end});
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&halve.getBefore(), {}, {type, type}, {loc, loc});
  ValueRange range = halve.getBeforeArguments();
  Value isLong = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                       add(range[0], index(1)), range[1]);
  scf::ConditionOp::create(b, loc, isLong, range);
  b.createBlock(&halve.getAfter(), {}, {type, type}, {loc, loc});
  range = halve.getAfterArguments();
  Value middle =
      arith::ShRUIOp::create(b, loc, add(range[0], range[1]), index(1));
  Value isAbove =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ugt,
                            extractIndex(batch_.indices, middle), column);
  Value low = arith::SelectOp::create(b, loc, isAbove, range[0], middle);
  Value high = arith::SelectOp::create(b, loc, isAbove, middle, range[1]);
  scf::YieldOp::create(b, loc, ValueRange{low, high});
  return halve.getResult(0);
}
