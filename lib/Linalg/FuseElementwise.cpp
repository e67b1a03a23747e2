//===- FuseElementwise.cpp - Element-wise loops of one shape as one -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchSize.h"
#include "LoopOperands.h"
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
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlc {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

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
    if (failed(simplifyLoopOperands(getOperation())))
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
