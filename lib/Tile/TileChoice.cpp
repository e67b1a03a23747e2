//===- TileChoice.cpp - How large a tile is and what is in it -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileChoice.h"
#include "RegisterPressure.h"
#include "SumLoops.h"
#include "TileOps.h"
#include "dialects/Csr/Csr.h"
#include "lib/Support/Bounds.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlc;

SmallVector<Operation *> TileChoice::opsOfTile(Operation *root) const {
  // Its region has all that is updated together.
  if (isa<csr::UpdateRowsOp>(root))
    return {root};
  SmallVector<Operation *> ops = opsOfTile(root, /*withProducts=*/true);
  const bool isLong = llvm::any_of(ops, [](Operation *op) {
    return isElementwise(op) && hasLongBody(cast<linalg::LinalgOp>(op));
  });
  return isLong ? opsOfTile(root, /*withProducts=*/false) : ops;
}

SmallVector<Operation *> TileChoice::opsOfTile(Operation *root,
                                               bool withProducts) const {
  SmallVector<Operation *> ops{root};
  // The sums of another one would wait in memory meanwhile.
  bool mayHaveDense = withProducts && !isDenseProduct(root);
  for (size_t i = 0; i < ops.size(); ++i) // grows
    for (OpOperand &operand : ops[i]->getOpOperands()) {
      Operation *producer = operand.get().getDefiningOp();
      if (!producer || !usedOnce.contains(producer) || !needsOneTile(operand))
        continue;
      const bool isDense = isDenseProduct(producer);
      if (isDense ? !mayHaveDense : !withProducts && isCsrProduct(producer))
        continue;
      mayHaveDense &= !isDense;
      ops.push_back(producer);
    }
  return ops;
}

/// Rows of the root's tile: several for a dense product, which reads its
/// right side once for all of them. A csr product has one row a tile; wide
/// products of integers are lowered upstream on one row only.
int64_t TileChoice::rowsOf(Operation *root) const {
  bool hasProduct = false;
  for (Operation *op : opsOfTile(root)) {
    if (isCsrProduct(op))
      return 1;
    hasProduct |= isDenseProduct(op);
    for (Operation &inner : *cast<linalg::LinalgOp>(op).getBlock())
      for (Type type : inner.getResultTypes())
        if (type.isInteger(32) || type.isInteger(64))
          return 1;
  }
  return hasProduct ? tiling.productRows() : 1;
}

/// Vector registers that a row of the root's tile covers: fewer where an op's
/// body needs many itself, but not below a csr product, whose inner loop is
/// its own and walks over the non-zeros for each tile. Twice as many where that
/// makes whole numbers of their values.
int64_t TileChoice::rowRegistersOf(Operation *root) const {
  int64_t registers = tiling.costs.rowRegisters;
  const SmallVector<Operation *> ops = opsOfTile(root);
  if (llvm::any_of(ops, llvm::IsaPred<csr::IntegerMatmulOp>))
    return 2 * registers;
  if (llvm::any_of(ops, isCsrProduct))
    return registers;
  for (Operation *op : ops)
    if (isElementwise(op))
      registers = vectorsAtATime(cast<linalg::LinalgOp>(op), tiling.registers,
                                 registers);
  return registers;
}

SmallVector<unsigned> mlc::resultLoops(TilingInterface root) {
  SmallVector<unsigned> loops;
  for (auto [loop, kind] : llvm::enumerate(root.getLoopIteratorTypes()))
    if (kind == utils::IteratorType::parallel)
      loops.push_back(loop);
  return loops;
}

VectorTile TileChoice::tileOf(TilingInterface root,
                              OpFoldResult columns) const {
  const unsigned rank =
      cast<RankedTensorType>(root->getResult(0).getType()).getRank();
  const CostModel &costs = tiling.costs;
  const bool isUpdate = isa<csr::UpdateRowsOp>(root);
  std::optional<int64_t> known = getConstantIntValue(columns);
  std::optional<int64_t> most = known ? known : boundOf(columns);
  if (sumKindOf(root) == SumKind::OfTerms) {
    const int64_t rows =
        tiling.hasManyRegisters() ? costs.termSums : costs.fewTermSums;
    // Shards of fewer columns than a tile are computed column by column: code
    // of a whole tile would contradict their bound.
    const bool isNarrow = !known && most && *most < costs.termSums;
    return {rank == 2 ? rows : 1, isNarrow ? 1 : costs.termSums, false};
  }
  const int64_t rows = rank == 2 && !isUpdate ? rowsOf(root) : 1;
  const int64_t registers = isUpdate   ? costs.rowRegisters
                            : rows > 1 ? costs.productRegisters
                                       : rowRegistersOf(root);
  const int64_t width = registers * tiling.lanes;
  if (!known && most && *most < width) // never a whole tile
    return {1, tiling.lanes, true};
  if (!known || *known >= width)
    return {rows, width, false};
  // One narrow vector a row.
  const auto narrow = int64_t(llvm::PowerOf2Ceil(*known));
  return {1, narrow, narrow != *known};
}
