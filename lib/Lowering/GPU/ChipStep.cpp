//===- ChipStep.cpp - A training step to be split over blocks -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "dialects/Csr/Csr.h"
#include "lib/CostModel.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlc {
#define GEN_PASS_DEF_CHIPSTEP
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Linalg and csr ops.
int64_t countOps(func::FuncOp step) {
  int64_t count = 0;
  step.walk([&](Operation *op) {
    count +=
        isa<linalg::LinalgOp>(op) || isa<csr::CsrDialect>(op->getDialect());
  });
  return count;
}

/// Whether an optimiser is lazy: which columns a batch touches, threads learn
/// from masks of all columns, which a block does not have.
bool updatesRows(func::FuncOp step) {
  return step.walk([](csr::UpdateRowsOp) { return WalkResult::interrupt(); })
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
    if (updatesRows(step)) {
      if (!required)
        return;
      step.emitError("expected a step that can keep its shards on a GPU's "
                     "chip, but a lazy optimiser's is not split; use "
                     "--gpu-steps auto");
      return signalPassFailure();
    }
    const CostModel costs = CostModel::of(module);
    if (!required && countOps(step) > costs.mostChipOps)
      return;
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    auto chip = ModuleOp::create(b, step.getLoc(), StringRef(kChip));
    b.setInsertionPointToStart(chip.getBody());
    Operation *copy = b.clone(*step);
    copy->setAttr(
        steps::kShardRule,
        b.getDenseI64ArrayAttr({costs.mostBlockShards, costs.blockShardLine,
                                costs.shortestBlockSplit}));
  }
};

} // namespace
