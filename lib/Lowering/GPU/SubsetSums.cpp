//===- SubsetSums.cpp - Sums of all subsets of examples -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SubsetSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

bool SubsetSums::isPossible(scf::ForallOp forall) {
  return forall.getRank() == 1 &&
         getConstantIntValue(forall.getMixedLowerBound()[0]) == 0 &&
         getConstantIntValue(forall.getMixedUpperBound()[0]);
}

SubsetSums::SubsetSums(RewriterBase &b, scf::ForallOp forall, Value matrix,
                       Value ones, int64_t words)
    : LoopBuilder(b, matrix.getLoc()) {
  const int64_t units = *getConstantIntValue(forall.getMixedUpperBound()[0]);
  const int64_t groups = words * kGroups;
  OpBuilder outside(forall);
  Value all = memref::AllocOp::create(
      outside, loc, MemRefType::get({units, groups, kSets}, b.getF32Type()));
  Value count = tensor::DimOp::create(b, loc, matrix, 1);
  SmallVector<OpFoldResult> offsets(3, b.getIndexAttr(0)),
      strides(3, b.getIndexAttr(1)),
      sizes{count, b.getIndexAttr(groups), b.getIndexAttr(kSets)};
  offsets[0] = forall.getInductionVar(0);
  Value own = memref::SubViewOp::create(b, loc, all, offsets, sizes, strides);
  auto entries =
      scf::ParallelOp::create(b, loc, SmallVector<Value>(3, index(0)),
                              ValueRange{count, index(groups), index(kSets)},
                              SmallVector<Value>(3, index(1)));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(entries.getBody());
    SmallVector<Value> at(entries.getInductionVars());
    Value sum = choose(
        ones, b.getF32Type(), [&] { return entry(matrix, at); },
        [&] { return number(0.0f); });
    memref::StoreOp::create(b, loc, sum, own, at);
  }
  auto type = RankedTensorType::get({ShapedType::kDynamic, groups, kSets},
                                    b.getF32Type());
  tables_ = bufferization::ToTensorOp::create(b, loc, type, own,
                                              /*restrict=*/true);
}

/// Whether bit `place` of `set`, an index, is set.
Value SubsetSums::isSet(Value set, int64_t place) {
  Value only = arith::AndIOp::create(b, loc, set, index(int64_t(1) << place));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, only,
                               index(0));
}

Value SubsetSums::entry(Value matrix, ValueRange at) {
  Value word = arith::DivUIOp::create(b, loc, at[1], index(kGroups));
  Value group = arith::RemUIOp::create(b, loc, at[1], index(kGroups));
  Value first =
      add(arith::MulIOp::create(b, loc, word, index(ColumnMasks::kBits)),
          arith::MulIOp::create(b, loc, group, index(kExamples)));
  // What lies beyond the batch has no bits in any mask; another example's row
  // is read in its place.
  Value count = tensor::DimOp::create(b, loc, matrix, 0);
  Value last = arith::SubIOp::create(b, loc, count, index(1));
  Value sum = number(0.0f);
  for (int64_t place = 0; place < kExamples; ++place) {
    Value example =
        arith::MinUIOp::create(b, loc, add(first, index(place)), last);
    Value term = arith::SelectOp::create(b, loc, isSet(at[2], place),
                                         extract(matrix, {example, at[0]}),
                                         number(0.0f));
    sum = arith::AddFOp::create(b, loc, sum, term);
  }
  return sum;
}

Value SubsetSums::addWord(Value unit, Value word, Value bits, Value sum) {
  auto integer32 = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(b, loc,
                                     b.getI32IntegerAttr(int32_t(value)));
  };
  Value first = arith::MulIOp::create(b, loc, word, index(kGroups));
  for (int64_t group = 0; group < kGroups; ++group) {
    Value moved =
        arith::ShRUIOp::create(b, loc, bits, integer32(group * kExamples));
    Value set =
        toIndex(arith::AndIOp::create(b, loc, moved, integer32(kSets - 1)));
    sum = arith::AddFOp::create(
        b, loc, sum, extract(tables_, {unit, add(first, index(group)), set}));
  }
  return sum;
}
