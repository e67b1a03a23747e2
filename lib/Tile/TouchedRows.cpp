//===- TouchedRows.cpp - Loops over rows that a batch touches -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TouchedRows.h"
#include "CsrLoops.h"
#include "RowUpdates.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Has the loops that one csr.group_columns is used by run over touched rows.
class TouchedRowLoops {
public:
  TouchedRowLoops(csr::GroupColumnsOp group, ArrayRef<RowLoop> loops)
      : group(group), loops(loops) {}

  void rewrite(RewriterBase &b) {
    for (const RowLoop &rows : loops)
      rewrite(b, rows, columnsFor(b, rows));
    b.replaceOp(group, {group.getStartsInit(), group.getExamplesInit(),
                        group.getEntriesInit(), group.getMasksInit()});
  }

private:
  /// The columns of the rows that `rows` runs over: of a shard's, grouped where
  /// the shard begins.
  TouchedColumns columnsFor(RewriterBase &b, const RowLoop &rows) {
    scf::ForOp loop = rows.loop;
    Operation *begin = outermostLoop(loop);
    Value count = loop.getUpperBound();
    // Loops over the same rows, one for each tile of columns, share them.
    for (const Grouped &known : grouped)
      if (known.block == begin->getBlock() && known.first == rows.first() &&
          known.count == count)
        return known.columns;
    b.setInsertionPoint(begin);
    LoopBuilder words(b, loop.getLoc());
    Value first = words.index(rows.row.number);
    for (Value value : rows.first().values)
      first = words.add(first, value);
    grouped.push_back({begin->getBlock(), rows.first(), count,
                       groupTouchedColumns(b, group, first, count)});
    return grouped.back().columns;
  }

  void rewrite(RewriterBase &b, const RowLoop &rows,
               const TouchedColumns &touched) {
    scf::ForOp loop = rows.loop;
    Location loc = loop.getLoc();
    b.setInsertionPoint(loop);
    LoopBuilder words(b, loc);
    Value first = touched.first;
    Value begin = words.index(0);
    Value end = touched.rankOf(b, loc, words.add(first, loop.getUpperBound()));

    Value rank = loop.getInductionVar();
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : rank.getUses())
      uses.push_back(&use);
    b.setInsertionPointToStart(loop.getBody());
    Value row = arith::SubIOp::create(
        b, loc, words.extractIndex(touched.columns, rank), first);
    b.modifyOpInPlace(loop, [&] {
      loop.setLowerBound(begin);
      loop.setUpperBound(end);
    });
    for (OpOperand *use : uses)
      b.modifyOpInPlace(use->getOwner(), [&] { use->set(row); });

    Value starts = tensor::ExtractSliceOp::create(
        b, loc, touched.starts, OpFoldResult(rank),
        OpFoldResult(b.getIndexAttr(2)), OpFoldResult(b.getIndexAttr(1)));
    loop.walk([&](csr::MatmulTransposedOp product) {
      if (product.getExamples() == group.getExamples())
        b.modifyOpInPlace(product, [&] {
          product.getStartsMutable().assign(starts);
          product.getExamplesMutable().assign(touched.examples);
          product.getEntriesMutable().assign(touched.entries);
        });
    });
    loop.walk([&](linalg::GenericOp op) { dropCondition(b, op); });
  }

  /// Only touched rows are left: has `op` no longer ask.
  void dropCondition(RewriterBase &b, linalg::GenericOp op) {
    for (int64_t i = op.getNumDpsInputs() - 1; i >= 0; --i) {
      if (!placeIn(group.getStarts(), op.getDpsInputOperand(i)->get()))
        continue;
      BlockArgument start = op.getBlock()->getArgument(i);
      for (Operation *asked : llvm::make_early_inc_range(start.getUsers())) {
        b.setInsertionPoint(asked);
        b.replaceOpWithNewOp<arith::ConstantOp>(asked, b.getBoolAttr(true));
      }
      SmallVector<AffineMap> maps = op.getIndexingMapsArray();
      maps.erase(maps.begin() + i);
      b.modifyOpInPlace(op, [&] {
        op.getBlock()->eraseArgument(i);
        op.getInputsMutable().erase(i);
        op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
      });
    }
  }

  /// Columns from `first`, grouped in `block`.
  struct Grouped {
    Block *block;
    ListPlace first;
    Value count;
    TouchedColumns columns;
  };

  csr::GroupColumnsOp group;
  ArrayRef<RowLoop> loops;
  std::vector<Grouped> grouped;
};

} // namespace

Value TouchedColumns::rankOf(RewriterBase &b, Location loc,
                             Value column) const {
  LoopBuilder words(b, loc);
  column = arith::SubIOp::create(b, loc, column, first);
  Value word = arith::DivUIOp::create(b, loc, column, words.index(64));
  Value bit = arith::IndexCastOp::create(
      b, loc, b.getI64Type(),
      arith::RemUIOp::create(b, loc, column, words.index(64)));
  Value flag = arith::ShLIOp::create(b, loc, words.integer(1), bit);
  Value below = arith::SubIOp::create(b, loc, flag, words.integer(1));
  Value before =
      arith::AndIOp::create(b, loc, words.extract(bits, word), below);
  Value count = arith::IndexCastOp::create(
      b, loc, b.getIndexType(), math::CtPopOp::create(b, loc, before));
  return words.add(words.extractIndex(ranks, word), count);
}

void mlc::skipUntouchedRows(RewriterBase &rewriter, func::FuncOp function) {
  SmallVector<csr::GroupColumnsOp> groups;
  function.walk([&](csr::GroupColumnsOp op) { groups.push_back(op); });
  for (csr::GroupColumnsOp group : groups)
    if (std::optional<SmallVector<RowLoop>> loops = findRowUpdates(group))
      TouchedRowLoops(group, *loops).rewrite(rewriter);
}
