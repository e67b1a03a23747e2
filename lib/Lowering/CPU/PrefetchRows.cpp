//===- PrefetchRows.cpp - Shuffled rows on their way before their turn ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CacheLine.h"
#include "PrefetchNonzeros.h"
#include "lib/CostModel.h"
#include "mlc/Passes.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace mlc {
#define GEN_PASS_DEF_PREFETCHROWS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using mlc::CostModel;

namespace {

/// A loop over a row's non-zeros, which stand where `begin` says.
struct RowLoop {
  scf::ForOp nonzeros, rows;
  /// Computes where a row begins, in the loop over rows, from its variable.
  llvm::SetVector<Operation *> begin;

  static std::optional<RowLoop> of(scf::ForOp nonzeros) {
    Operation *first = nonzeros.getLowerBound().getDefiningOp();
    auto rows = first ? dyn_cast<scf::ForOp>(first->getParentOp()) : nullptr;
    if (!rows || !rows->isProperAncestor(nonzeros))
      return std::nullopt;
    RowLoop loop{nonzeros, rows, {}};
    BackwardSliceOptions options;
    options.inclusive = true;
    options.filter = [&](Operation *op) {
      return op->getBlock() == rows.getBody();
    };
    if (failed(getBackwardSlice(first, &loop.begin, options)))
      return std::nullopt;
    // The number of the row, and its place.
    int64_t loads = 0;
    bool needsRow = false;
    for (Operation *op : loop.begin) {
      loads += isa<memref::LoadOp>(op);
      if (!isa<memref::LoadOp>(op) && !isMemoryEffectFree(op))
        return std::nullopt;
      needsRow |= llvm::is_contained(op->getOperands(), rows.getInductionVar());
    }
    if (loads != 2 || !needsRow)
      return std::nullopt;
    return loop;
  }

  /// The arrays that hold the row's non-zeros.
  llvm::SetVector<Value> arrays() {
    llvm::SetVector<Value> found;
    for (auto load : nonzeros.getBody()->getOps<memref::LoadOp>())
      if (llvm::equal(load.getIndices(),
                      ValueRange(nonzeros.getInductionVar())) &&
          rows.isDefinedOutsideOfLoop(load.getMemRef()))
        found.insert(load.getMemRef());
    return found;
  }

  void prefetch(const CostModel &costs) {
    OpBuilder b(nonzeros);
    Location loc = nonzeros.getLoc();
    AffineExpr s0 = b.getAffineSymbolExpr(0), s1 = b.getAffineSymbolExpr(1);
    auto smallest = [&](AffineExpr x, AffineExpr y, Value v, Value w) -> Value {
      return affine::AffineMinOp::create(
          b, loc, AffineMap::get(0, 2, {x, y}, b.getContext()),
          ValueRange{v, w});
    };
    IRMapping later;
    later.map(rows.getInductionVar(),
              smallest(s0 + costs.rowsAhead, s1 - 1, rows.getInductionVar(),
                       rows.getUpperBound()));
    for (Operation *op : begin)
      b.clone(*op, later);
    Value from = later.lookup(nonzeros.getLowerBound());
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    for (Value array : arrays()) {
      Value size = memref::DimOp::create(b, loc, array, 0);
      const int64_t bits =
          cast<MemRefType>(array.getType()).getElementTypeBitWidth();
      for (int64_t line = 0; line < costs.rowLines; ++line) {
        Value place = smallest(s0 + line * (mlc::kCacheLine * 8 / bits), s1 - 1,
                               from, size);
        // There may be no non-zeros at all.
        place = arith::MaxSIOp::create(b, loc, place, zero);
        memref::PrefetchOp::create(b, loc, array, place, /*isWrite=*/false,
                                   /*localityHint=*/3, /*isDataCache=*/true);
      }
    }
  }
};

class PrefetchRowsPass : public mlc::impl::PrefetchRowsBase<PrefetchRowsPass> {
  void runOnOperation() override {
    SmallVector<RowLoop> loops;
    getOperation().walk([&](scf::ForOp op) {
      if (std::optional<RowLoop> loop = RowLoop::of(op))
        loops.push_back(*loop);
    });
    const CostModel costs = CostModel::of(getOperation());
    for (RowLoop &loop : loops)
      loop.prefetch(costs);
    mlc::prefetchNonzeros(getOperation(), costs);
  }
};

} // namespace
