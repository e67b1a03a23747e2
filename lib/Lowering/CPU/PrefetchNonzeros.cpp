//===- PrefetchNonzeros.cpp - What non-zeros are multiplied by ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrefetchNonzeros.h"
#include "CacheLine.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace {

/// A row of a weight that a loop over non-zeros reads for each of them.
struct WeightRow {
  scf::ForOp loop;
  memref::LoadOp column;
  arith::IndexCastUIOp cast;
  arith::MulIOp place; ///< Of a record, a byte; null for rows of a matrix.
  Value weight;
  int64_t lines = 1; ///< Cache lines of a matrix's row.

  static std::optional<WeightRow> of(arith::IndexCastUIOp cast,
                                     int64_t nearBytes) {
    WeightRow row;
    row.cast = cast;
    row.loop = dyn_cast<scf::ForOp>(cast->getParentOp());
    row.column = cast.getIn().getDefiningOp<memref::LoadOp>();
    if (!row.loop || !row.column || row.column->getParentOp() != row.loop ||
        !llvm::equal(row.column.getIndices(),
                     ValueRange(row.loop.getInductionVar())))
      return std::nullopt;
    for (Operation *user : cast->getUsers()) {
      if (auto place = dyn_cast<arith::MulIOp>(user))
        row.takeRecord(place);
      else if (isRead(user) && user->getOperand(1) == cast.getResult())
        row.takeRow(user);
    }
    auto type =
        row.weight ? dyn_cast<MemRefType>(row.weight.getType()) : MemRefType();
    if (!type || !type.hasStaticShape() ||
        !row.loop.isDefinedOutsideOfLoop(row.weight) ||
        type.getNumElements() * type.getElementTypeBitWidth() / 8 < nearBytes)
      return std::nullopt;
    return row;
  }

  void prefetch(int64_t ahead) {
    OpBuilder b = OpBuilder::atBlockBegin(loop.getBody());
    Location loc = cast.getLoc();
    AffineExpr s0 = b.getAffineSymbolExpr(0), s1 = b.getAffineSymbolExpr(1);
    IRMapping later;
    // The last one where there is none so late.
    later.map(loop.getInductionVar(),
              affine::AffineMinOp::create(
                  b, loc,
                  AffineMap::get(0, 2, {s0 + ahead, s1 - 1}, b.getContext()),
                  ValueRange{loop.getInductionVar(), loop.getUpperBound()})
                  .getResult());
    b.clone(*column.getOperation(), later);
    Value at = b.clone(*cast.getOperation(), later)->getResult(0);
    if (place)
      return prefetchAt(b,
                        {b.clone(*place.getOperation(), later)->getResult(0)});
    for (int64_t line = 0; line < lines; ++line)
      prefetchAt(b, {at, arith::ConstantIndexOp::create(
                             b, loc, line * mlc::kCacheLine / sizeof(float))});
  }

private:
  static bool isRead(Operation *op) {
    return isa<vector::TransferReadOp, vector::LoadOp>(op);
  }

  void takeRecord(arith::MulIOp at) {
    for (Operation *user : at->getUsers())
      if (isRead(user) && user->getOperand(1) == at.getResult() &&
          isOf(user->getOperand(0), 1,
               [](Type type) { return type.isInteger(8); })) {
        place = at;
        weight = user->getOperand(0);
      }
  }

  void takeRow(Operation *read) {
    if (!isOf(read->getOperand(0), 2, [](Type type) { return type.isF32(); }))
      return;
    weight = read->getOperand(0);
    const int64_t bytes =
        llvm::cast<VectorType>(read->getResult(0).getType()).getNumElements() *
        int64_t(sizeof(float));
    lines = std::max(lines, int64_t(llvm::divideCeil(bytes, mlc::kCacheLine)));
  }

  static bool isOf(Value value, int64_t rank,
                   llvm::function_ref<bool(Type)> element) {
    auto type = dyn_cast<MemRefType>(value.getType());
    return type && type.getRank() == rank && element(type.getElementType());
  }

  void prefetchAt(OpBuilder &b, ValueRange at) {
    memref::PrefetchOp::create(b, cast.getLoc(), weight, at, /*isWrite=*/false,
                               /*localityHint=*/3, /*isDataCache=*/true);
  }
};

} // namespace

void mlc::prefetchNonzeros(func::FuncOp function, const CostModel &costs) {
  SmallVector<WeightRow> rows;
  function.walk([&](arith::IndexCastUIOp op) {
    if (std::optional<WeightRow> row = WeightRow::of(op, costs.nearBytes))
      rows.push_back(*row);
  });
  for (WeightRow &row : rows)
    row.prefetch(costs.nonzerosAhead);
}
