//===- ColumnMasks.cpp - A batch's columns as masks of bits ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ColumnMasks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

/// Threads that share a row's non-zeros where masks are made: a warp.
static constexpr int64_t kRowThreads = 32;

ColumnMasks::ColumnMasks(RewriterBase &b, Operation *op,
                         const csr::Batch &batch, int64_t columns, int64_t rows)
    : LoopBuilder(b, op->getLoc()), rewriter_(b), batch_(batch),
      columns_(columns), rows_(rows) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op->getBlock());
  for (Value known : {batch.rows, batch.indptr, batch.indices})
    if (Operation *made = known.getDefiningOp();
        made && made->getBlock() == op->getBlock() &&
        !made->isBeforeInBlock(&*b.getInsertionPoint()))
      b.setInsertionPointAfter(made);
  masks_ = make();
}

Value ColumnMasks::number32(int32_t value) {
  return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
}

Value ColumnMasks::make() {
  auto type = MemRefType::get({columns_, wordCount()}, b.getI32Type());
  Value memory = memref::AllocOp::create(b, loc, type);
  linalg::FillOp::create(b, loc, number32(0), memory);
  Value count = tensor::DimOp::create(b, loc, batch_.rows, 0);
  auto threads = scf::ParallelOp::create(b, loc, ValueRange{index(0), index(0)},
                                         ValueRange{count, index(kRowThreads)},
                                         ValueRange{index(1), index(1)});
  rewriter_.setInsertionPointToStart(threads.getBody());
  Value example = threads.getInductionVars()[0];
  auto [begin, end] = rowOf(batch_.rows, batch_.indptr, example);
  Value first = add(begin, threads.getInductionVars()[1]);
  auto loop = scf::ForOp::create(b, loc, first, end, index(kRowThreads));
  rewriter_.setInsertionPointToStart(loop.getBody());
  Value column = extractIndex(batch_.indices, loop.getInductionVar());
  Value word = arith::DivUIOp::create(b, loc, example, index(kBits));
  Value bit = arith::RemUIOp::create(b, loc, example, index(kBits));
  Value place = arith::IndexCastUIOp::create(b, loc, b.getI32Type(), bit);
  Value flag = arith::ShLIOp::create(b, loc, number32(1), place);
  memref::AtomicRMWOp::create(b, loc, arith::AtomicRMWKind::ori, flag, memory,
                              ValueRange{column, word});
  rewriter_.setInsertionPointAfter(threads);
  return bufferization::ToTensorOp::create(
      b, loc, RankedTensorType::get(type.getShape(), type.getElementType()),
      memory, /*restrict=*/true);
}

Value ColumnMasks::touched() {
  OpBuilder::InsertionGuard guard(b);
  rewriter_.setInsertionPointAfterValue(masks_);
  Value empty =
      tensor::EmptyOp::create(b, loc, ArrayRef{columns_}, b.getI32Type());
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
            b, loc, arith::CmpIPredicate::ne, any, number32(0));
        Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), isTouched);
        linalg::YieldOp::create(b, loc, flag);
      });
  return generic.getResult(0);
}
