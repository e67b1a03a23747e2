//===- TouchedRows.cpp - Loops over rows that a batch touches -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupColumns.h"
#include "NarrowRows.h"
#include "VectorTile.h"
#include "lib/Support/LoopBuilder.h"
#include "mlc/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlc {
#define GEN_PASS_DEF_TOUCHEDROWS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Writes the loops of csr.update_rows.
class RowLoops {
public:
  explicit RowLoops(RewriterBase &b) : b_(b) {}

  void lower(csr::UpdateRowsOp op) {
    if (narrowWidthOf(op))
      return updateNarrowRows(b_, op);
    auto [touched, end] = columnsFor(op);
    b_.setInsertionPoint(op);
    LoopBuilder words(b_, op.getLoc());
    scf::ForOp loop =
        words.loop(words.index(0), end, op.getOutputs(),
                   [&, &columns = touched](Value rank, ValueRange outputs) {
                     return updateRow(op, columns, rank, outputs);
                   });
    b_.replaceOp(op, loop.getResults());
  }

private:
  /// Columns grouped in `block`.
  struct Grouped {
    Block *block;
    Value rows, first, count;
    TouchedColumns columns;
    /// How many there are.
    Value ranks;
  };

  /// The touched columns of the rows that `op` updates, and how many they are;
  /// tiles of one update share them.
  std::pair<TouchedColumns, Value> columnsFor(csr::UpdateRowsOp op) {
    Operation *begin = op;
    while (!isa<scf::ForallOp, func::FuncOp>(begin->getParentOp()))
      begin = begin->getParentOp();
    for (const Grouped &known : grouped_)
      if (known.block == begin->getBlock() && known.rows == op.getRows() &&
          known.first == op.getFirst() && known.count == op.getCount())
        return {known.columns, known.ranks};
    b_.setInsertionPoint(begin);
    LoopBuilder words(b_, op.getLoc());
    const TouchedColumns columns = groupTouchedColumns(b_, op);
    Value ranks = columns.rankOf(b_, op.getLoc(),
                                 words.add(op.getFirst(), op.getCount()));
    grouped_.push_back({begin->getBlock(), op.getRows(), op.getFirst(),
                        op.getCount(), columns, ranks});
    return {columns, ranks};
  }

  /// The tile's columns of the row of `rank`, in registers.
  SmallVector<Value> updateRow(csr::UpdateRowsOp op,
                               const TouchedColumns &touched, Value rank,
                               ValueRange outputs) {
    LoopBuilder words(b_, op.getLoc());
    Value column = words.extractIndex(touched.columns, rank);
    OpFoldResult row = b_.getIndexAttr(0);
    if (!op.getSums())
      row = arith::SubIOp::create(b_, op.getLoc(), column, touched.first)
                .getResult();
    const SmallVector<OpFoldResult> offsets{row, b_.getIndexAttr(0)};
    const SmallVector<OpFoldResult> sizes{
        b_.getIndexAttr(1),
        tensor::getMixedSize(b_, op.getLoc(), outputs[0], 1)};
    const SmallVector<OpFoldResult> strides(2, b_.getIndexAttr(1));
    auto rowOf = [&](Value matrix) -> Value {
      return tensor::ExtractSliceOp::create(b_, op.getLoc(), matrix, offsets,
                                            sizes, strides);
    };
    SmallVector<Value> rows = products(op, touched, rank, sizes);
    for (Value input : op.getInputs())
      rows.push_back(rowOf(input));
    SmallVector<Value> old = llvm::map_to_vector(outputs, rowOf);
    linalg::GenericOp update = elementwiseUpdate(b_, op, rows, old);
    setTile(op, update);
    SmallVector<Value> results;
    for (auto [changed, output] : llvm::zip_equal(update.getResults(), outputs))
      results.push_back(tensor::InsertSliceOp::create(
          b_, op.getLoc(), changed, output, offsets, sizes, strides));
    return results;
  }

  /// The products' columns in the row of `rank`.
  SmallVector<Value> products(csr::UpdateRowsOp op,
                              const TouchedColumns &touched, Value rank,
                              ArrayRef<OpFoldResult> sizes) {
    Location loc = op.getLoc();
    Value starts = tensor::ExtractSliceOp::create(
        b_, loc, touched.starts, OpFoldResult(rank),
        OpFoldResult(b_.getIndexAttr(2)), OpFoldResult(b_.getIndexAttr(1)));
    Value noMasks = tensor::EmptyOp::create(b_, loc, ArrayRef<int64_t>{1, 0},
                                            b_.getI64Type());
    Value zero = arith::ConstantOp::create(b_, loc, b_.getF32FloatAttr(0.0f));
    SmallVector<Value> results;
    for (Value product : op.getProducts()) {
      Value empty = tensor::EmptyOp::create(b_, loc, sizes, b_.getF32Type());
      auto init = linalg::FillOp::create(b_, loc, zero, empty);
      auto sum = csr::MatmulTransposedOp::create(
          b_, loc, init.getResult(0).getType(), op.getOnes(), starts,
          touched.examples, touched.entries, noMasks, product,
          init.getResult(0));
      setTile(op, init);
      setTile(op, sum);
      results.push_back(sum.getResult());
    }
    return results;
  }

  static void setTile(csr::UpdateRowsOp op, Operation *part) {
    if (std::optional<VectorTile> tile = VectorTile::of(op))
      tile->setOn(part);
  }

  RewriterBase &b_;
  std::vector<Grouped> grouped_;
};

class TouchedRowsPass : public mlc::impl::TouchedRowsBase<TouchedRowsPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<csr::UpdateRowsOp> updates;
    getOperation().walk([&](csr::UpdateRowsOp op) { updates.push_back(op); });
    RowLoops loops(rewriter);
    for (csr::UpdateRowsOp update : updates)
      loops.lower(update);
  }
};

} // namespace
