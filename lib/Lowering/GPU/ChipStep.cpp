//===- ChipStep.cpp - A training step to be split over blocks -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "dialects/Csr/Csr.h"
#include "lib/Tile/Shards.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlc {
#define GEN_PASS_DEF_CHIPSTEP
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

/// Shards for thread blocks: as many as GPUs since sm_80 have multiprocessors,
/// of one unit or more. What is shorter than a layer usually is would rather
/// be computed by every block than cross them.
static constexpr ShardRule kBlockShards = {
    /*most=*/128, /*line=*/1, /*shortest=*/16};

/// Linalg and csr ops of a step that still becomes one kernel unasked: a
/// network of five hidden layers by Adam has 60. LLVM's straight-line strength
/// reduction takes a fourth power of time: a second for four layers, more than
/// 20 for eight.
static constexpr int64_t kMostOps = 60;

namespace {

int64_t countOps(func::FuncOp step) {
  int64_t count = 0;
  step.walk([&](Operation *op) {
    count +=
        isa<linalg::LinalgOp>(op) || isa<csr::CsrDialect>(op->getDialect());
  });
  return count;
}

/// Whether loops ask which columns a batch touches (a lazy optimiser): what
/// ColumnMasks answers is not known any more once they are split.
bool asksForStarts(func::FuncOp step) {
  return step
      .walk([](csr::GroupColumnsOp group) {
        const bool isOfProducts =
            llvm::all_of(group.getStarts().getUsers(), [](Operation *user) {
              return isa<csr::MatmulTransposedOp>(user);
            });
        return isOfProducts ? WalkResult::advance() : WalkResult::interrupt();
      })
      .wasInterrupted();
}

class ChipStepPass : public mlc::impl::ChipStepBase<ChipStepPass> {
public:
  using ChipStepBase::ChipStepBase;

private:
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto step = module.lookupSymbol<func::FuncOp>(steps::kTrain);
    if (!step)
      return;
    if (asksForStarts(step)) {
      if (!required)
        return;
      step.emitError("expected a step that can keep its shards on a GPU's "
                     "chip, but a lazy optimiser's is not split; use "
                     "--gpu-steps auto");
      return signalPassFailure();
    }
    if (!required && countOps(step) > kMostOps)
      return;
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    auto chip = ModuleOp::create(b, step.getLoc(), StringRef(kChip));
    b.setInsertionPointToStart(chip.getBody());
    Operation *copy = b.clone(*step);
    copy->setAttr(steps::kShardRule,
                  b.getDenseI64ArrayAttr({kBlockShards.most, kBlockShards.line,
                                          kBlockShards.shortest}));
  }
};

} // namespace
