//===- LoopOperands.cpp - Operands that keep loops apart ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopOperands.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace mlc;

namespace {

/// The scalar that `tensor` holds everywhere, if it is made so.
Value scalarOf(OpBuilder &b, Value tensor) {
  if (auto splat = tensor.getDefiningOp<tensor::SplatOp>())
    return splat.getInput();
  DenseElementsAttr elements;
  if (matchPattern(tensor, m_Constant(&elements)) && elements.isSplat())
    return arith::ConstantOp::create(b, tensor.getLoc(),
                                     elements.getSplatValue<TypedAttr>());
  return {};
}

/// A tensor of one scalar is not read from memory but used as the scalar.
struct InlineSplat : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &b) const override {
    for (OpOperand *operand : op.getDpsInputOperands()) {
      b.setInsertionPoint(op);
      Value scalar = scalarOf(b, operand->get());
      if (!scalar)
        continue;
      const unsigned index = operand->getOperandNumber();
      b.modifyOpInPlace(op, [&] {
        Block &body = *op.getBlock();
        body.getArgument(index).replaceAllUsesWith(scalar);
        body.eraseArgument(index);
        SmallVector<AffineMap> maps = op.getIndexingMapsArray();
        maps.erase(maps.begin() + index);
        op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
        op.getInputsMutable().erase(index);
      });
      return success();
    }
    return failure();
  }
};

/// A destination whose old value is not read keeps nothing else alive.
struct UnsetUnreadInit : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &b) const override {
    bool changed = false;
    for (OpOperand &init : op.getDpsInitsMutable()) {
      if (op.payloadUsesValueFromOperand(&init) ||
          init.get().getDefiningOp<tensor::EmptyOp>())
        continue;
      auto type = cast<RankedTensorType>(init.get().getType());
      Value empty = tensor::EmptyOp::create(
          b, op.getLoc(), tensor::getMixedSizes(b, op.getLoc(), init.get()),
          type.getElementType());
      b.modifyOpInPlace(op, [&] { init.set(empty); });
      changed = true;
    }
    return success(changed);
  }
};

/// A loop that overwrites what another one made for it alone reads that as any
/// other operand, so that the two can become one.
struct ReadResultAsInput : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &b) const override {
    if (op.getNumReductionLoops() > 0) // which add to it
      return failure();
    for (auto [index, init] : llvm::enumerate(op.getDpsInitsMutable())) {
      Value made = init.get();
      auto producer = made.getDefiningOp<linalg::GenericOp>();
      if (!producer || !made.hasOneUse() ||
          !op.payloadUsesValueFromOperand(&init))
        continue;
      auto unset = producer.getTiedOpOperand(cast<OpResult>(made))
                       ->get()
                       .getDefiningOp<tensor::EmptyOp>();
      if (!unset)
        continue;
      auto type = cast<RankedTensorType>(made.getType());
      const unsigned place = op.getNumDpsInputs();
      AffineMap map = op.getMatchingIndexingMap(&init);
      Value empty = tensor::EmptyOp::create(
          b, op.getLoc(), unset.getMixedSizes(), type.getElementType());
      b.modifyOpInPlace(op, [&] {
        Block &body = *op.getBlock();
        BlockArgument read =
            body.insertArgument(place, type.getElementType(), op.getLoc());
        body.getArgument(place + 1 + index).replaceAllUsesWith(read);
        SmallVector<AffineMap> maps = op.getIndexingMapsArray();
        maps.insert(maps.begin() + place, map);
        op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
        op.getDpsInitsMutable()[index].set(empty);
        op.getInputsMutable().append(made);
      });
      return success();
    }
    return failure();
  }
};

} // namespace

LogicalResult mlc::simplifyLoopOperands(func::FuncOp step) {
  RewritePatternSet patterns(step.getContext());
  patterns.add<InlineSplat, UnsetUnreadInit>(step.getContext());
  // Where loops have been split, one may already overwrite another's result.
  BlockArgument rows = steps::findArgument(step, steps::kRows);
  if (rows && isa<MemRefType>(rows.getType()))
    patterns.add<ReadResultAsInput>(step.getContext());
  return applyPatternsGreedily(step, std::move(patterns));
}
