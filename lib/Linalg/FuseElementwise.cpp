//===- FuseElementwise.cpp - Element-wise loops of one shape as one -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchSize.h"
#include "LoopOperands.h"
#include "Loops.h"
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

/// Whether a loop reads elements at computed indices. As a part of it, a
/// consumer could not be vectorised.
bool isGather(linalg::GenericOp op) {
  return !op.getBlock()->getOps<tensor::ExtractOp>().empty() &&
         llvm::all_of(*op.getBlock(), [](Operation &inner) {
           return inner.getNumRegions() == 0; // not a product, as a loop
         });
}

/// Whether each consumer computes the producer's results again: truth values
/// (i1), which are cheap and should not be stored.
bool isRecomputed(linalg::GenericOp producer) {
  return llvm::all_of(producer.getResultTypes(), [](Type type) {
    return getElementTypeOrSelf(type).isInteger(1);
  });
}

/// Moves `consumer` before all other users of `producer`. Fails where it needs
/// the result of one of these users, or where one is in another block.
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

/// Whether an op between the two overwrites a buffer that the producer reads,
/// as updates of parameters in place do. As a part of the consumer, the
/// producer would read the new value.
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

/// Whether to fuse the producer of `operand` into its consumer, the op that
/// reads it. A producer with other users is fused too, where the consumer can
/// be moved before all of them; the fused loop then has the producer's results
/// as well. For example, the terms of a loss and its gradient become one loop,
/// although the sum over the terms stands between them. May move the consumer.
bool shouldFuse(RewriterBase &b, OpOperand &operand) {
  if (!linalg::areElementwiseOpsFusable(&operand))
    return false;
  auto producer = operand.get().getDefiningOp<linalg::GenericOp>();
  auto consumer = cast<linalg::GenericOp>(operand.getOwner());
  if (isGather(producer) || readsWhatIsOverwritten(producer, consumer) ||
      producer->hasAttr(steps::kTree) || consumer->hasAttr(steps::kTree))
    return false;
  // The consumer has more loops than the producer's result has dimensions: each
  // element would be computed many times.
  if (!consumer.getMatchingIndexingMap(&operand).isPermutation() &&
      !isCopy(producer))
    return false;
  const bool isOnlyUser = llvm::all_of(
      producer->getUsers(), [&](Operation *user) { return user == consumer; });
  if (isOnlyUser || isRecomputed(producer))
    return true;
  // An op that overwrites a parameter must stay behind all that read it.
  const bool isUpdate = llvm::any_of(consumer.getDpsInits(), [](Value init) {
    return init.getDefiningOp<bufferization::ToTensorOp>();
  });
  return !isUpdate && isPointwise(producer) && isPointwise(consumer) &&
         consumer.getMatchingIndexingMap(&operand).isIdentity() &&
         producer->getBlock() == consumer->getBlock() &&
         succeeded(moveBeforeOtherUsers(b, consumer, producer));
}

/// Whether the consumer reads the same elements by another operand, too. Then
/// another pattern makes them one first; otherwise the producer would be fused
/// twice, what is made of that four times, and so on.
bool isReadTwice(OpOperand &operand) {
  auto consumer = cast<linalg::GenericOp>(operand.getOwner());
  return llvm::any_of(consumer.getDpsInputOperands(), [&](OpOperand *other) {
    return other != &operand && other->get() == operand.get() &&
           consumer.getMatchingIndexingMap(other) ==
               consumer.getMatchingIndexingMap(&operand);
  });
}

/// Fuses producers into their consumers, and into consumers with a reduction
/// only if `isIntoSums`.
struct FuseProducer : OpRewritePattern<linalg::GenericOp> {
  FuseProducer(MLIRContext *context, bool isIntoSums)
      : OpRewritePattern(context), isIntoSums_(isIntoSums) {}

  LogicalResult matchAndRewrite(linalg::GenericOp consumer,
                                PatternRewriter &b) const override {
    if (!isIntoSums_ && consumer.getNumReductionLoops() > 0)
      return failure();
    for (OpOperand *operand : consumer.getDpsInputOperands()) {
      if (isReadTwice(*operand) || !shouldFuse(b, *operand))
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
    // A tensor.dim of a tensor would count as a use of it.
    unifyBatchSize(getOperation());
    // Without reductions first, so that the terms of a loss are fused with its
    // gradient. If they were fused into their sum, the gradient would compute
    // them a second time.
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
