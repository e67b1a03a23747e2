//===- PrefetchRecords.cpp - Records of quantised weights -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrefetchRecords.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

/// Non-zeros between a record's prefetch and its turn. What widens the numbers
/// fills the queue of a processor's vector unit after some 20 of them, so that
/// it alone has too few loads on their way. Measured on 437,000 rows of 16
/// (test/benchmark/quantized): 16 to 64 do about alike.
static constexpr int64_t kNonzerosAhead = 32;
/// Weights of fewer bytes stay in a near cache.
static constexpr int64_t kNearBytes = 1 << 19;

namespace {

/// Where a loop over non-zeros computes the place of a record.
struct RecordPlace {
  scf::ForOp loop;
  memref::LoadOp column;
  arith::IndexCastUIOp cast;
  arith::MulIOp place;
  Value records;

  static std::optional<RecordPlace> of(arith::MulIOp place) {
    RecordPlace found;
    found.place = place;
    found.loop = dyn_cast<scf::ForOp>(place->getParentOp());
    found.cast = place.getLhs().getDefiningOp<arith::IndexCastUIOp>();
    if (!found.loop || !found.cast || found.cast->getParentOp() != found.loop)
      return std::nullopt;
    found.column = found.cast.getIn().getDefiningOp<memref::LoadOp>();
    if (!found.column || found.column->getParentOp() != found.loop ||
        !llvm::equal(found.column.getIndices(),
                     ValueRange(found.loop.getInductionVar())))
      return std::nullopt;
    for (Operation *user : place->getUsers())
      if (isa<vector::TransferReadOp, vector::LoadOp>(user))
        found.records = user->getOperand(0);
    auto type = found.records ? dyn_cast<MemRefType>(found.records.getType())
                              : MemRefType();
    if (!type || type.getRank() != 1 || !type.getElementType().isInteger(8) ||
        !type.hasStaticShape() || type.getDimSize(0) < kNearBytes)
      return std::nullopt;
    return found;
  }

  void prefetch() {
    OpBuilder b = OpBuilder::atBlockBegin(loop.getBody());
    Location loc = place.getLoc();
    AffineExpr s0 = b.getAffineSymbolExpr(0), s1 = b.getAffineSymbolExpr(1);
    IRMapping later;
    // The last one where there is none so late.
    later.map(
        loop.getInductionVar(),
        affine::AffineMinOp::create(
            b, loc,
            AffineMap::get(0, 2, {s0 + kNonzerosAhead, s1 - 1}, b.getContext()),
            ValueRange{loop.getInductionVar(), loop.getUpperBound()})
            .getResult());
    for (Operation *op : {column.getOperation(), cast.getOperation()})
      b.clone(*op, later);
    Value at = b.clone(*place.getOperation(), later)->getResult(0);
    memref::PrefetchOp::create(b, loc, records, at, /*isWrite=*/false,
                               /*localityHint=*/3, /*isDataCache=*/true);
  }
};

} // namespace

void mlc::prefetchRecords(func::FuncOp function) {
  SmallVector<RecordPlace> places;
  function.walk([&](arith::MulIOp op) {
    if (std::optional<RecordPlace> place = RecordPlace::of(op))
      places.push_back(*place);
  });
  for (RecordPlace &place : places)
    place.prefetch();
}
