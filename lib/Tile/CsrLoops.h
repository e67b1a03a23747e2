//===- CsrLoops.h - Words for loops over non-zeros ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_CSRLOOPS_H
#define MLC_LIB_TILE_CSRLOOPS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// Small words for the ops that loops over non-zeros are made of.
class LoopBuilder {
public:
  LoopBuilder(mlir::RewriterBase &b, mlir::Location loc) : b(b), loc(loc) {}

  mlir::Value index(int64_t value) {
    return mlir::arith::ConstantIndexOp::create(b, loc, value);
  }
  mlir::Value add(mlir::Value x, mlir::Value y) {
    return mlir::arith::AddIOp::create(b, loc, x, y);
  }
  mlir::Value extract(mlir::Value list, mlir::Value place) {
    return mlir::tensor::ExtractOp::create(b, loc, list, place);
  }
  mlir::Value extractIndex(mlir::Value list, mlir::Value place) {
    return toIndex(extract(list, place));
  }
  /// Numbers in data have no sign.
  mlir::Value toIndex(mlir::Value value) {
    return mlir::arith::IndexCastUIOp::create(b, loc, b.getIndexType(), value);
  }
  mlir::Value toI32(mlir::Value value) {
    return mlir::arith::IndexCastOp::create(b, loc, b.getI32Type(), value);
  }
  mlir::Value integer(int64_t value) {
    return mlir::arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  }
  mlir::Value one() {
    return mlir::arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f));
  }
  mlir::Value insert(mlir::Value value, mlir::Value list, mlir::Value place) {
    return mlir::tensor::InsertOp::create(b, loc, value, list, place);
  }

  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::ValueRange)>;
  mlir::ValueRange loop(mlir::Value from, mlir::Value to,
                        mlir::ValueRange carried, LoopBody body) {
    return mlir::scf::ForOp::create(
               b, loc, from, to, index(1), carried,
               [&](mlir::OpBuilder &inner, mlir::Location, mlir::Value i,
                   mlir::ValueRange args) {
                 mlir::OpBuilder::InsertionGuard guard(b);
                 b.setInsertionPoint(inner.getInsertionBlock(),
                                     inner.getInsertionPoint());
                 llvm::SmallVector<mlir::Value> results = body(i, args);
                 mlir::scf::YieldOp::create(b, loc, results);
               })
        .getResults();
  }

  using Branch = llvm::function_ref<llvm::SmallVector<mlir::Value>()>;
  /// What one of two branches makes.
  mlir::ValueRange choose(mlir::Value condition, mlir::TypeRange types,
                          Branch yes, Branch no) {
    auto branch = mlir::scf::IfOp::create(b, loc, types, condition,
                                          /*addThenBlock=*/true,
                                          /*addElseBlock=*/true);
    for (auto [block, body] : {std::pair(branch.thenBlock(), yes),
                               std::pair(branch.elseBlock(), no)}) {
      mlir::OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(block);
      llvm::SmallVector<mlir::Value> results = body();
      mlir::scf::YieldOp::create(b, loc, results);
    }
    return branch.getResults();
  }

  /// Carries a value over the bits that are set, from the lowest.
  mlir::Value
  forEachBit(mlir::Value bits, mlir::Value carried,
             llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> body) {
    llvm::SmallVector<mlir::Type> types{bits.getType(), carried.getType()};
    auto loop = mlir::scf::WhileOp::create(b, loc, types,
                                           mlir::ValueRange{bits, carried});
    mlir::OpBuilder::InsertionGuard guard(b);
    b.createBlock(&loop.getBefore(), {}, types, {loc, loc});
    mlir::Value left = loop.getBeforeBody()->getArgument(0);
    mlir::Value isSet = mlir::arith::CmpIOp::create(
        b, loc, mlir::arith::CmpIPredicate::ne, left, integer(0));
    mlir::scf::ConditionOp::create(b, loc, isSet, loop.getBeforeArguments());
    b.createBlock(&loop.getAfter(), {}, types, {loc, loc});
    left = loop.getAfterBody()->getArgument(0);
    mlir::Value place =
        toIndex(mlir::math::CountTrailingZerosOp::create(b, loc, left));
    mlir::Value result = body(place, loop.getAfterBody()->getArgument(1));
    mlir::Value less = mlir::arith::SubIOp::create(b, loc, left, integer(1));
    mlir::Value rest = mlir::arith::AndIOp::create(b, loc, left, less);
    mlir::scf::YieldOp::create(b, loc, mlir::ValueRange{rest, result});
    return loop.getResult(1);
  }

  mlir::RewriterBase &b;
  mlir::Location loc;
};

} // namespace mlc

#endif // MLC_LIB_TILE_CSRLOOPS_H
