//===- SeparateBuffers.cpp - One buffer for each unset tensor -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlc {
#define GEN_PASS_DEF_SEPARATEBUFFERS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;

namespace {

class SeparateBuffersPass
    : public mlc::impl::SeparateBuffersBase<SeparateBuffersPass> {
  void runOnOperation() override {
    // Users come after what they use: shapes first, then the tensors.
    SmallVector<Operation *> unset;
    getOperation().walk([&](Operation *op) {
      if (isUnset(op))
        unset.push_back(op);
    });
    for (Operation *op : llvm::reverse(unset))
      separate(op);
  }

  /// A tensor without values yet, with one number everywhere or with one row,
  /// or such a one of another shape.
  static bool isUnset(Operation *op) {
    if (isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      return isUnset(op->getOperand(0).getDefiningOp());
    return isa_and_nonnull<tensor::EmptyOp, linalg::FillOp>(op) ||
           isCommonStart(op);
  }

  /// One row everywhere, with which several sums begin, as products do with a
  /// layer's bias.
  static bool isCommonStart(Operation *op) {
    auto spread = dyn_cast_if_present<linalg::GenericOp>(op);
    return spread && !op->hasOneUse() &&
           linalg::isaBroadcastOpInterface(spread) &&
           llvm::all_of(op->getUses(), [](OpOperand &use) {
             auto sum = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
             return sum && sum.isDpsInit(&use);
           });
  }

  /// The use of the slice that `insert` puts back after writing to it.
  static OpOperand *sliceOf(tensor::InsertSliceOp insert) {
    OpOperand *use = &insert.getSourceMutable();
    while (auto result = dyn_cast<OpResult>(use->get())) {
      Operation *op = result.getOwner();
      if (isa<tensor::ExtractSliceOp>(op))
        return use;
      if (auto written = dyn_cast<DestinationStyleOpInterface>(op))
        use = written.getTiedOpOperand(result);
      else if (auto loop = dyn_cast<scf::ForOp>(op))
        use = loop.getTiedLoopInit(result);
      else
        break;
    }
    return nullptr;
  }

  using Slices = DenseMap<Operation *, Operation *>;

  /// The ops that take slices of `op` and that put them back, each with the one
  /// that takes its slice; a slice that several put back is taken by each for
  /// itself. Nothing where it is not known of all of them.
  static Slices slicesOf(Operation *op) {
    Slices slices;
    for (Operation *user : llvm::to_vector(op->getUsers())) {
      auto insert = dyn_cast<tensor::InsertSliceOp>(user);
      if (!insert)
        continue;
      OpOperand *use = sliceOf(insert);
      if (!use ||
          use->get().getDefiningOp()->getOperand(0).getDefiningOp() != op)
        return Slices();
      Operation *extract = use->get().getDefiningOp();
      if (slices.contains(extract)) {
        extract = OpBuilder(extract).clone(*extract);
        use->set(extract->getResult(0));
      }
      slices[extract] = slices[insert] = extract;
    }
    for (Operation *user : op->getUsers())
      if (isa<tensor::ExtractSliceOp>(user) && !slices.contains(user))
        return Slices();
    return slices;
  }

  /// Gives each op of the block that uses `op`, itself or inside, its own, and
  /// one to each of its operands. Ops that take a slice and put it back must
  /// mean the same tensor, and those of another slice may mean another. Inside
  /// of a forall it is made there: workers must not share its memory.
  static void separate(Operation *op) {
    constexpr int inside = -1;
    const Slices slices = slicesOf(op);
    DenseMap<std::pair<Operation *, int>, Operation *> copies;
    bool isTaken = false;
    for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
      Operation *user = op->getBlock()->findAncestorOpInBlock(*use.getOwner());
      int place = user == use.getOwner() ? int(use.getOperandNumber()) : inside;
      auto forall = dyn_cast<scf::ForallOp>(user);
      if (isa<tensor::ExtractSliceOp, tensor::InsertSliceOp>(user)) {
        user = slices.lookup(user);
        place = inside;
      }
      Operation *&copy = copies[{user, place}];
      if (!copy && forall && place == inside) {
        copy = OpBuilder::atBlockBegin(forall.getBody()).clone(*op);
      } else if (!copy) {
        copy = isTaken ? OpBuilder(op).clone(*op) : op;
        isTaken = true;
      }
      use.set(copy->getResult(0));
    }
    if (!copies.empty() && !isTaken)
      op->erase();
  }
};

} // namespace
