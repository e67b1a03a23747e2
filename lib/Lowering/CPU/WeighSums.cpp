//===- WeighSums.cpp - Loops that sum in registers are where time goes ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"

namespace mlc {
#define GEN_PASS_DEF_WEIGHSUMS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;

/// Terms of a sum for each time that it ends: as many as a block of a product
/// has. LLVM takes 32 where nothing is said.
static constexpr int32_t kTerms = 256;

/// Whether `block` begins a loop that hands vectors from iteration to
/// iteration.
static bool isHeadOfSums(Block *block, const DominanceInfo &dominance) {
  return llvm::any_of(block->getArgumentTypes(), llvm::IsaPred<VectorType>) &&
         llvm::any_of(block->getPredecessors(), [&](Block *before) {
           return dominance.dominates(block, before);
         });
}

namespace {

class WeighSumsPass : public mlc::impl::WeighSumsBase<WeighSumsPass> {
  void runOnOperation() override {
    DominanceInfo dominance(getOperation());
    getOperation().walk([&](cf::CondBranchOp branch) {
      if (isHeadOfSums(branch->getBlock(), dominance))
        branch.setBranchWeights(ArrayRef<int32_t>{kTerms, 1});
    });
  }
};

} // namespace
