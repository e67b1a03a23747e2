//===- ChipMemory.cpp - What a block keeps in shared memory ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChipLayout.h"
#include "Launches.h"
#include "dialects/Mlc/Mlc.h"
#include "dialects/Spmd/Spmd.h"
#include "lib/CostModel.h"
#include "lib/Spmd/MemoryAccess.h"
#include "lib/Support/Explain.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {
#define GEN_PASS_DEF_CHIPMEMORY
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Who touches a buffer in a step.
struct Use {
  /// The part of each access in a forall, where all are equal.
  std::optional<OwnPart> part;
  bool isInForalls = true, isByFirst = true, isTouched = false;

  void add(Operation *op, const MemoryAccess &access) {
    isByFirst &= op->hasAttr(steps::kLeader);
    isInForalls &= access.part && (!isTouched || access.part == part);
    part = access.part;
    isTouched = true;
  }
  /// Whether each block touches only the part of its own shards.
  bool isSplit() const {
    return isTouched && isInForalls && part->shards && part->units > 0;
  }
};

/// Moves the memory of one step.
class StepMemory {
public:
  explicit StepMemory(func::FuncOp step)
      : step_(step), b_(step.getBody()), loc_(step.getLoc()) {}

  /// False where it is not known what the step touches.
  bool run() {
    Block &block = step_.getBody().front();
    // The size of such memory follows from the number of workers, so its place
    // in shared memory cannot be planned.
    const bool isInLoop = step_
                              .walk([&](memref::AllocOp alloc) {
                                return alloc->getBlock() == &block
                                           ? WalkResult::advance()
                                           : WalkResult::interrupt();
                              })
                              .wasInterrupted();
    if (isInLoop)
      return false;
    SmallVector<Value> buffers;
    for (BlockArgument argument : step_.getArguments())
      if (isKept(argument))
        buffers.push_back(argument);
    for (auto alloc : block.getOps<memref::AllocOp>())
      buffers.push_back(alloc);
    llvm::DenseMap<Value, Use> uses;
    for (Operation &op : block) {
      if (isa<spmd::ExchangeOp>(op))
        continue;
      for (const MemoryAccess &access : accessesOf(&op)) {
        if (!access.buffer)
          return false;
        uses[access.buffer].add(&op, access);
      }
    }
    ChipLayout layout(step_, b_);
    for (Value buffer : buffers)
      place(layout, buffer, uses.lookup(buffer));
    layout.finish();
    return true;
  }

private:
  static bool isKept(BlockArgument argument) {
    StringRef role = steps::roleOf(argument);
    return role == steps::kParameter || role == steps::kState;
  }

  void place(ChipLayout &layout, Value buffer, const Use &use) {
    Operation *alloc = buffer.getDefiningOp();
    if (alloc && memoryOf(alloc) == Memory::Private)
      layout.addWhole(buffer);
    else if (use.isSplit())
      layout.addSplit(buffer, *use.part);
    else if (use.isTouched && use.isByFirst)
      layout.addWhole(buffer);
  }

  func::FuncOp step_;
  OpBuilder b_;
  Location loc_;
};

class ChipMemoryPass : public mlc::impl::ChipMemoryBase<ChipMemoryPass> {
public:
  using ChipMemoryBase::ChipMemoryBase;

private:
  /// Copies become loops, which threads share out as any other.
  static void copiesAsLoops(func::FuncOp step) {
    SmallVector<memref::CopyOp> copies;
    step.walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    for (memref::CopyOp copy : copies) {
      OpBuilder b(copy);
      auto loop = linalg::CopyOp::create(b, copy.getLoc(), copy.getSource(),
                                         copy.getTarget());
      loop->setDiscardableAttrs(copy->getDiscardableAttrDictionary());
      copy.erase();
    }
  }

  void runOnOperation() override {
    auto step = getOperation().lookupSymbol<func::FuncOp>(steps::kTrain);
    if (!step)
      return;
    copiesAsLoops(step);
    const CostModel costs = CostModel::of(step);
    const int64_t common = noteTeams(step);
    const bool isKnown = StepMemory(step).run();
    auto bytes = step->getAttrOfType<DenseI64ArrayAttr>(kSharedBytes);
    int64_t least = 0;
    if (isKnown)
      least = bytes[std::min<int64_t>(bytes.size(), costs.gpuBlocks) - 1];
    const bool fits = isKnown && least <= costs.sharedBytes &&
                      (required || common <= costs.mostCommonWork);
    explain(step, "chip") << remark::add(
        "blocks {0} their shards in shared memory: a block needs {1} bytes of "
        "{2}, and computes {3} terms that are of no shard, at most {4}",
        fits ? "keep" : "do not keep", isKnown ? least : -1, costs.sharedBytes,
        common, costs.mostCommonWork);
    if (fits)
      return;
    if (required) {
      auto error = step.emitError(
          "expected a step that can keep its shards on a GPU's chip");
      if (isKnown)
        error << ", but a block needs " << least << " bytes of "
              << costs.sharedBytes;
      error << "; use --gpu-steps auto";
      return signalPassFailure();
    }
    step.erase();
  }
};

} // namespace
