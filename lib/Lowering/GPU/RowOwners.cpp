//===- RowOwners.cpp - Who computes what is of a row ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "OwnCopies.h"
#include "RowOps.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/Tile/Shards.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlc {
#define GEN_PASS_DEF_ROWOWNERS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

/// Moves `op` and what it is computed from before `place`, where they are not.
static void defineBefore(Operation *op, Operation *place) {
  if (op->getBlock() != place->getBlock() || op->isBeforeInBlock(place))
    return;
  for (Value operand : op->getOperands())
    if (Operation *producer = operand.getDefiningOp())
      defineBefore(producer, place);
  op->moveBefore(place);
}

namespace {

/// Puts row ops of a step into one loop over rows.
class RowLoop {
public:
  RowLoop(func::FuncOp step, const RowOps &rows)
      : step_(step), rows_(rows), place_(rows.place()), b_(place_),
        loc_(place_->getLoc()) {}

  void build() {
    for (Operation *op : rows_.ops())
      defineOperands(op);
    addTwins();
    auto rows = steps::findArgument(step_, steps::kRows);
    const int64_t batch =
        step_->getAttrOfType<IntegerAttr>(steps::kBatch).getInt();
    auto attr = ShardsAttr::get(b_.getContext(), batch, /*size=*/1,
                                /*ranks=*/1);
    Value count = memref::DimOp::create(b_, loc_, rows, 0);
    OpFoldResult most = unitsOfWorker(
        b_, loc_, Shards(attr), steps::findArgument(step_, steps::kWorkers));
    auto forall = scf::ForallOp::create(
        b_, loc_, ArrayRef<OpFoldResult>{b_.getIndexAttr(0)},
        ArrayRef<OpFoldResult>{b_.getIndexAttr(batch)},
        ArrayRef<OpFoldResult>{most}, ValueRange(), std::nullopt);
    forall->setAttr(steps::kShards, attr);
    forall->setAttr(kRowsOfOwners, b_.getUnitAttr());
    b_.setInsertionPoint(forall.getBody()->getTerminator());
    first_ = forall.getInductionVar(0);
    // The batch may have fewer rows.
    Value before = arith::MinUIOp::create(b_, loc_, first_, count);
    Value left = arith::SubIOp::create(b_, loc_, count, before);
    size_ = arith::MinUIOp::create(
        b_, loc_, left, getValueOrCreateConstantIndexOp(b_, loc_, most));
    for (Operation *op : rows_.ops())
      addOp(cast<linalg::GenericOp>(op));
    for (auto [buffer, twin] : twins_)
      linalg::CopyOp::create(b_, loc_, sliceOf(twin), sliceOf(buffer));
    for (Operation *op : llvm::reverse(rows_.ops()))
      op->erase();
  }

private:
  void defineOperands(Operation *op) {
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (Operation *producer = operand.getDefiningOp();
            producer && !op->isProperAncestor(producer))
          defineBefore(producer, place_);
    });
  }

  /// What is read of a row in the loop and after it has two buffers, since the
  /// second crosses blocks.
  void addTwins() {
    for (Value buffer : rows_.readInAndOutside()) {
      auto alloc = buffer.getDefiningOp<memref::AllocOp>();
      defineBefore(alloc, place_);
      twins_[buffer] = cast<memref::AllocOp>(b_.clone(*alloc));
    }
  }

  /// `view` as a view of the twin of its buffer.
  Value inside(Value view) {
    if (Value twin = twins_.lookup(view))
      return twin;
    Operation *op = view.getDefiningOp();
    if (!op || !isa<ViewLikeOpInterface>(op) ||
        !twins_.contains(bufferOf(view)))
      return view;
    IRMapping mapping;
    Value source = cast<ViewLikeOpInterface>(op).getViewSource();
    mapping.map(source, inside(source));
    return b_.clone(*op, mapping)->getResult(0);
  }

  /// The rows of the iteration in a view of a buffer.
  Value sliceOf(Value view) { return slice(view, *rowDimOf(view)); }

  Value slice(Value view, int64_t dim) {
    Value &known = slices_[view];
    if (known)
      return known;
    auto type = cast<MemRefType>(view.getType());
    SmallVector<OpFoldResult> offsets(type.getRank(), b_.getIndexAttr(0)),
        strides(type.getRank(), b_.getIndexAttr(1)), sizes;
    for (int64_t size : type.getShape())
      sizes.push_back(b_.getIndexAttr(size));
    offsets[dim] = first_;
    sizes[dim] = size_;
    Value made =
        memref::SubViewOp::create(b_, loc_, view, offsets, sizes, strides);
    return slices_[view] = made;
  }

  /// The op for the rows of the iteration. Its first loop counts them from 0:
  /// so do slices, and what else it reads by a row's number gets that of the
  /// batch.
  void addOp(linalg::GenericOp op) {
    SmallVector<Value> operands(op->getOperands());
    for (OpOperand &operand : op->getOpOperands())
      if (std::optional<int64_t> dim = RowOps::rowDimOf(operand))
        operands[operand.getOperandNumber()] =
            slice(inside(operand.get()), *dim);
    SmallVector<Value> loaded;
    op.walk([&](memref::LoadOp load) {
      Value view = load.getMemRef();
      loaded.push_back(rows_.isOfRow(view) ? sliceOf(inside(view)) : Value());
    });
    auto own = cast<linalg::GenericOp>(b_.clone(*op));
    own->setOperands(operands);
    DenseSet<Operation *> ofSlices;
    size_t number = 0;
    own.walk([&](memref::LoadOp load) {
      if (Value view = loaded[number++]) {
        load.getMemrefMutable().set(view);
        ofSlices.insert(load);
      }
    });
    own.walk([&](linalg::IndexOp index) {
      if (index.getDim() != 0)
        return;
      OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointAfter(index);
      auto row = arith::AddIOp::create(b_, loc_, index, first_);
      index.getResult().replaceUsesWithIf(row, [&](OpOperand &use) {
        return use.getOwner() != row && !ofSlices.contains(use.getOwner());
      });
    });
  }

  func::FuncOp step_;
  const RowOps &rows_;
  Operation *place_;
  OpBuilder b_;
  Location loc_;
  Value first_, size_; ///< Of the iteration's rows.
  llvm::MapVector<Value, Value> twins_;
  DenseMap<Value, Value> slices_;
};

class RowOwnersPass : public mlc::impl::RowOwnersBase<RowOwnersPass> {
  void runOnOperation() override {
    auto step = getOperation().lookupSymbol<func::FuncOp>(steps::kTrain);
    if (!step || !steps::findArgument(step, steps::kRows) ||
        !steps::findArgument(step, steps::kWorkers))
      return;
    func::FuncOp copy = step.clone();
    copy.setSymName(kStepByWords);
    const RowOps rows(copy);
    if (rows.ops().empty()) {
      copy.erase();
      return;
    }
    OpBuilder b(&getContext());
    b.setInsertionPointAfter(step);
    b.insert(copy);
    RowLoop(copy, rows).build();
    makeOwnCopies(copy);
  }
};

} // namespace
