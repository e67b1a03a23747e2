//===- ColumnMasks.cpp - A batch's columns as masks of bits ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ColumnMasks.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlc;

/// Threads that share a row's non-zeros where masks are made: a warp.
static constexpr int64_t kRowThreads = 32;

ColumnMasks::ColumnMasks(RewriterBase &b, csr::GroupColumnsOp group,
                         int64_t batch)
    : LoopWords(b, group.getLoc()), rewriter(b), group(group), batch(batch) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(group);
  masks = make();
}

Value ColumnMasks::make() {
  const int64_t columns =
      cast<RankedTensorType>(group.getStarts().getType()).getDimSize(0) - 1;
  auto type = MemRefType::get({columns, wordCount()}, b.getI64Type());
  Value memory = memref::AllocOp::create(b, loc, type);
  linalg::FillOp::create(b, loc, integer(0), memory);
  Value count = tensor::DimOp::create(b, loc, group.getRows(), 0);
  auto threads = scf::ParallelOp::create(b, loc, ValueRange{index(0), index(0)},
                                         ValueRange{count, index(kRowThreads)},
                                         ValueRange{index(1), index(1)});
  rewriter.setInsertionPointToStart(threads.getBody());
  Value example = threads.getInductionVars()[0];
  auto [begin, end] = rowOf(group.getRows(), group.getIndptr(), example);
  Value first = add(begin, threads.getInductionVars()[1]);
  auto loop = scf::ForOp::create(b, loc, first, end, index(kRowThreads));
  rewriter.setInsertionPointToStart(loop.getBody());
  Value column = extractIndex(group.getIndices(), loop.getInductionVar());
  Value word = arith::DivUIOp::create(b, loc, example, index(kBits));
  Value bit = arith::RemUIOp::create(b, loc, example, index(kBits));
  Value flag = arith::ShLIOp::create(
      b, loc, integer(1),
      arith::IndexCastOp::create(b, loc, b.getI64Type(), bit));
  memref::AtomicRMWOp::create(b, loc, arith::AtomicRMWKind::ori, flag, memory,
                              ValueRange{column, word});
  rewriter.setInsertionPointAfter(threads);
  return bufferization::ToTensorOp::create(
      b, loc, RankedTensorType::get(type.getShape(), type.getElementType()),
      memory, /*restrict=*/true);
}

Value ColumnMasks::forEachBit(Value bits, Value carried, BitBody body) {
  SmallVector<Type> types{bits.getType(), carried.getType()};
  auto loop = scf::WhileOp::create(b, loc, types, ValueRange{bits, carried});
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&loop.getBefore(), {}, types, {loc, loc});
  Value left = loop.getBeforeArguments()[0];
  Value isSet =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, left, integer(0));
  scf::ConditionOp::create(b, loc, isSet, loop.getBeforeArguments());
  b.createBlock(&loop.getAfter(), {}, types, {loc, loc});
  left = loop.getAfterArguments()[0];
  Value place = toIndex(math::CountTrailingZerosOp::create(b, loc, left));
  Value result = body(place, loop.getAfterArguments()[1]);
  Value less = arith::SubIOp::create(b, loc, left, integer(1));
  Value rest = arith::AndIOp::create(b, loc, left, less);
  scf::YieldOp::create(b, loc, ValueRange{rest, result});
  return loop.getResult(1);
}

Value ColumnMasks::touched() {
  OpBuilder::InsertionGuard guard(b);
  rewriter.setInsertionPointAfterValue(masks);
  const int64_t columns = cast<RankedTensorType>(masks.getType()).getDimSize(0);
  Value empty =
      tensor::EmptyOp::create(b, loc, ArrayRef{columns}, b.getI32Type());
  AffineMap map = b.getMultiDimIdentityMap(1);
  auto generic = linalg::GenericOp::create(
      b, loc, empty.getType(), ValueRange(), empty, map,
      utils::IteratorType::parallel,
      [&](OpBuilder &inner, Location, ValueRange) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(inner.getInsertionBlock(),
                            inner.getInsertionPoint());
        Value column = linalg::IndexOp::create(b, loc, 0);
        Value any = wordAt(column, index(0));
        for (int64_t word = 1; word < wordCount(); ++word)
          any = arith::OrIOp::create(b, loc, any, wordAt(column, index(word)));
        Value isTouched = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::ne, any, integer(0));
        Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), isTouched);
        linalg::YieldOp::create(b, loc, flag);
      });
  return generic.getResult(0);
}

/// In a linalg op, the body's names for `operand`.
static BlockArgument nameOf(OpOperand &operand) {
  auto op = dyn_cast<linalg::GenericOp>(operand.getOwner());
  return op && op.isDpsInput(&operand) ? op.getMatchingBlockArgument(&operand)
                                       : BlockArgument();
}

/// Whether all that the body does with element k of `from` is to ask whether it
/// is less than element k of `to`.
static bool onlyAsksIfLess(OpOperand &use, Value from, Value to) {
  BlockArgument name = nameOf(use);
  if (!name)
    return false;
  auto op = cast<linalg::GenericOp>(use.getOwner());
  auto isPlaceOf = [&](Value value, Value list) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != op.getBlock())
      return false;
    OpOperand *operand = op.getMatchingOpOperand(argument);
    return operand->get() == list && op.getMatchingIndexingMap(operand) ==
                                         op.getMatchingIndexingMap(&use);
  };
  return llvm::all_of(name.getUsers(), [&](Operation *user) {
    auto less = dyn_cast<arith::CmpIOp>(user);
    return less && less.getPredicate() == arith::CmpIPredicate::ult &&
           isPlaceOf(less.getLhs(), from) && isPlaceOf(less.getRhs(), to);
  });
}

LogicalResult ColumnMasks::replaceStarts() {
  Value starts = group.getStarts();
  if (starts.use_empty())
    return success();
  const int64_t columns =
      cast<RankedTensorType>(starts.getType()).getDimSize(0) - 1;
  // starts[k] and starts[k + 1], for each column k.
  tensor::ExtractSliceOp from, to;
  for (Operation *user : starts.getUsers()) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(user);
    const bool isKnown =
        slice && slice.hasUnitStride() &&
        slice.getType() == RankedTensorType::get({columns}, b.getI32Type());
    std::optional<int64_t> offset =
        isKnown ? getConstantIntValue(slice.getMixedOffsets()[0])
                : std::nullopt;
    tensor::ExtractSliceOp &place = offset == 0 ? from : to;
    if (!offset || *offset > 1 || place)
      return user->emitError("expected a use of the starts of columns only to "
                             "ask which columns have entries");
    place = slice;
  }
  for (tensor::ExtractSliceOp slice : {from, to}) {
    if (!slice)
      return group.emitError("expected both the starts and the ends of columns "
                             "to be used");
    for (OpOperand &use : slice->getUses())
      if (!onlyAsksIfLess(use, from, to))
        return use.getOwner()->emitError("expected starts of columns only to "
                                         "be compared with the next ones");
  }
  Value ends = touched();
  rewriter.setInsertionPoint(from);
  Value none = arith::ConstantOp::create(
      b, loc, b.getZeroAttr(cast<ShapedType>(ends.getType())));
  rewriter.replaceOp(from, none);
  rewriter.replaceOp(to, ends);
  return success();
}
