//===- FuseElementwise.cpp - Element-wise loops of one shape as one -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchSize.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlc {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "mlc/Passes.h.inc"
} // namespace mlc

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

bool isCopy(linalg::GenericOp op) {
  return isa<linalg::YieldOp>(op.getBlock()->front());
}

/// Reading elements here and there would keep a consumer from being vectors.
bool isGather(linalg::GenericOp op) {
  return !op.getBlock()->getOps<tensor::ExtractOp>().empty() &&
         llvm::all_of(*op.getBlock(), [](Operation &inner) {
           return inner.getNumRegions() == 0; // not a product, as a loop
         });
}

/// A truth value is computed again by each user: it never lives in memory.
bool isRecomputed(linalg::GenericOp producer) {
  return llvm::all_of(producer.getResultTypes(), [](Type type) {
    return getElementTypeOrSelf(type).isInteger(1);
  });
}

/// Moves `consumer` before all other ops that need results of `producer`,
/// unless it needs one of them, or one is in another block.
LogicalResult moveBeforeOtherUsers(RewriterBase &b, Operation *consumer,
                                   Operation *producer) {
  BackwardSliceOptions behindProducer;
  behindProducer.omitUsesFromAbove = false;
  behindProducer.filter = [&](Operation *op) {
    return op->getBlock() == producer->getBlock() &&
           producer->isBeforeInBlock(op);
  };
  SetVector<Operation *> needed;
  if (failed(getBackwardSlice(consumer, &needed, behindProducer)))
    return failure();
  Operation *first = consumer;
  for (Operation *user : producer->getUsers()) {
    if (user->getBlock() != consumer->getBlock() || needed.contains(user))
      return failure();
    if (user->isBeforeInBlock(first))
      first = user;
  }
  if (first == consumer)
    return success();
  if (failed(moveOperationDependencies(b, consumer, first)))
    return failure();
  b.moveOpBefore(consumer, first);
  return success();
}

/// Whether a loop between the two overwrites a buffer that the producer reads:
/// a parameter's, once loops update them in place.
bool readsWhatIsOverwritten(linalg::GenericOp producer, Operation *consumer) {
  SetVector<Value> read(producer->operand_begin(), producer->operand_end());
  getUsedValuesDefinedAbove(producer->getRegions(), read);
  read.remove_if([](Value value) {
    return !value.getDefiningOp<bufferization::ToTensorOp>();
  });
  if (read.empty() || producer->getBlock() != consumer->getBlock())
    return false;
  for (Operation *op = producer->getNextNode(); op != consumer;
       op = op->getNextNode()) {
    ValueRange written;
    if (auto loop = dyn_cast<DestinationStyleOpInterface>(op))
      written = loop.getDpsInits();
    else if (auto forall = dyn_cast<scf::ForallOp>(op))
      written = forall.getOutputs();
    if (llvm::any_of(written,
                     [&](Value value) { return read.contains(value); }))
      return true;
  }
  return false;
}

/// Whether the producer of `operand` may become part of the consumer: it is
/// cheap, or all that need its results are the consumer or come after it, once
/// the consumer was moved: so a loss and its gradient become one loop, though
/// the sum of the loss is asked for first.
bool shouldFuse(RewriterBase &b, OpOperand &operand) {
  if (!linalg::areElementwiseOpsFusable(&operand))
    return false;
  auto producer = operand.get().getDefiningOp<linalg::GenericOp>();
  auto consumer = cast<linalg::GenericOp>(operand.getOwner());
  if (isGather(producer) || readsWhatIsOverwritten(producer, consumer) ||
      producer->hasAttr(steps::kTree) || consumer->hasAttr(steps::kTree))
    return false;
  // A value that is spread over more loops would be computed again and again.
  if (!consumer.getMatchingIndexingMap(&operand).isPermutation() &&
      !isCopy(producer))
    return false;
  const bool isOnlyUser = llvm::all_of(
      producer->getUsers(), [&](Operation *user) { return user == consumer; });
  if (isOnlyUser || isRecomputed(producer))
    return true;
  auto sameLoops = [](linalg::GenericOp op) {
    return op.getNumParallelLoops() == op.getNumLoops() &&
           llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
             return op.getMatchingIndexingMap(&init).isIdentity();
           });
  };
  // One that overwrites a parameter stays behind all that read it.
  const bool isUpdate = llvm::any_of(consumer.getDpsInits(), [](Value init) {
    return init.getDefiningOp<bufferization::ToTensorOp>();
  });
  return !isUpdate && sameLoops(producer) && sameLoops(consumer) &&
         consumer.getMatchingIndexingMap(&operand).isIdentity() &&
         producer->getBlock() == consumer->getBlock() &&
         succeeded(moveBeforeOtherUsers(b, consumer, producer));
}

/// Makes producers part of consumers, of sums as well if `isIntoSums`.
struct FuseProducer : OpRewritePattern<linalg::GenericOp> {
  FuseProducer(MLIRContext *context, bool isIntoSums)
      : OpRewritePattern(context), isIntoSums_(isIntoSums) {}

  LogicalResult matchAndRewrite(linalg::GenericOp consumer,
                                PatternRewriter &b) const override {
    if (!isIntoSums_ && consumer.getNumReductionLoops() > 0)
      return failure();
    for (OpOperand *operand : consumer.getDpsInputOperands()) {
      if (!shouldFuse(b, *operand))
        continue;
      auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
      const bool keepProducer = isRecomputed(producer);
      FailureOr<linalg::ElementwiseOpFusionResult> fused =
          linalg::fuseElementwiseOps(b, operand);
      if (failed(fused))
        continue;
      for (auto [old, replacement] : fused->replacements)
        b.replaceUsesWithIf(old, replacement, [&](OpOperand &use) {
          return use.getOwner() != fused->fusedOp &&
                 !(keepProducer && old.getDefiningOp() == producer);
        });
      b.eraseOp(consumer);
      if (producer->use_empty())
        b.eraseOp(producer);
      return success();
    }
    return failure();
  }

private:
  bool isIntoSums_;
};

class FuseElementwisePass
    : public mlc::impl::FuseElementwiseBase<FuseElementwisePass> {
  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    RewritePatternSet operands(&getContext());
    operands.add<InlineSplat, UnsetUnreadInit>(&getContext());
    // Where loops have been split, one may already overwrite another's result.
    BlockArgument rows = steps::findArgument(getOperation(), steps::kRows);
    if (rows && isa<MemRefType>(rows.getType()))
      operands.add<ReadResultAsInput>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(operands))))
      return signalPassFailure();
    // So that asking for its size does not count as a use of a tensor.
    unifyBatchSize(getOperation());
    // What is summed is fused with what else is made of the same tensors
    // first: a loss with its gradient, not with its sum.
    if (failed(fuse(/*isIntoSums=*/false)) || failed(fuse(/*isIntoSums=*/true)))
      signalPassFailure();
  }

  LogicalResult fuse(bool isIntoSums) {
    RewritePatternSet fusion(&getContext());
    fusion.add<FuseProducer>(&getContext(), isIntoSums);
    linalg::GenericOp::getCanonicalizationPatterns(fusion, &getContext());
    linalg::populateEraseUnusedOperandsAndResultsPatterns(fusion);
    return applyPatternsGreedily(getOperation(), std::move(fusion));
  }
};

} // namespace
