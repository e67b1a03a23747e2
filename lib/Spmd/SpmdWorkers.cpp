//===- SpmdWorkers.cpp - One program that every worker runs ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WorkerNumber.h"
#include "lib/Tile/Shards.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlc {
#define GEN_PASS_DEF_SPMDWORKERS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class SpmdWorkersPass : public mlc::impl::SpmdWorkersBase<SpmdWorkersPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    rank_ = steps::findArgument(function, steps::kRank);
    ranks_ = steps::findArgument(function, steps::kRanks);
    workers_ = steps::findArgument(function, steps::kWorkers);
    worker_ = steps::findArgument(function, steps::kWorker);
    if (!worker_ || !workers_) {
      function.emitError("expected arguments with the roles ")
          << steps::kWorker << " and " << steps::kWorkers;
      return signalPassFailure();
    }
    if (!rank_ != !ranks_) {
      function.emitError("expected arguments with the roles ")
          << steps::kRank << " and " << steps::kRanks << ", or none of them";
      return signalPassFailure();
    }
    SmallVector<Operation *> run; // of ops of the first worker
    for (Operation &op : llvm::make_early_inc_range(
             function.getBody().front().without_terminator())) {
      if (op.hasAttr(steps::kLeader)) {
        run.push_back(&op);
        continue;
      }
      if (isMemoryEffectFree(&op))
        continue;
      runByFirst(run);
      if (auto forall = dyn_cast<scf::ForallOp>(op))
        if (failed(distribute(forall)))
          return signalPassFailure();
    }
    runByFirst(run);
    function.walk([&](scf::ForallOp left) {
      left.emitError("expected a forall on memrefs, not inside of another op");
      signalPassFailure();
    });
  }

  void runByFirst(SmallVectorImpl<Operation *> &run) {
    if (run.empty())
      return;
    OpBuilder b(run.back());
    b.setInsertionPointAfter(run.back());
    Location loc = run.back()->getLoc();
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value number = numberOfWorker(b, getOperation());
    Value isFirst =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, number, zero);
    auto branch = scf::IfOp::create(b, loc, isFirst, /*withElse=*/false);
    for (Operation *op : run) {
      op->removeAttr(steps::kLeader);
      op->moveBefore(branch.thenBlock()->getTerminator());
    }
    run.clear();
  }

  /// The iterations [begin, end) of a worker.
  struct Run {
    Value begin, end;
  };

  /// Of n iterations, each of W workers has ceil(n / W), one after another.
  static Run runOf(OpBuilder &b, Location loc, Value count, Value worker,
                   Value workers) {
    Value share = arith::CeilDivUIOp::create(b, loc, count, workers);
    Value begin = arith::MulIOp::create(b, loc, worker, share);
    Value after = arith::AddIOp::create(b, loc, begin, share);
    return {begin, arith::MinUIOp::create(b, loc, after, count)};
  }

  /// Of the G groups of shards, each of R ranks has ceil(G / R), one after
  /// another; of all their n shards, each of its W workers has ceil(n / W).
  Run runOfRank(OpBuilder &b, Location loc, Value count, const Shards &shards) {
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    Run groups = runOf(b, loc, constant(shards.ranks), rank_, ranks_);
    Value perRank = constant(shards.perRank());
    auto shardOf = [&](Value group) -> Value {
      Value shard = arith::MulIOp::create(b, loc, group, perRank);
      return arith::MinUIOp::create(b, loc, shard, count);
    };
    // A rank behind the last group begins and ends at `count`.
    Value begin = shardOf(groups.begin), end = shardOf(groups.end);
    Value own = arith::SubIOp::create(b, loc, end, begin);
    Run run = runOf(b, loc, own, worker_, workers_);
    return {arith::AddIOp::create(b, loc, begin, run.begin),
            arith::AddIOp::create(b, loc, begin, run.end)};
  }

  LogicalResult distribute(scf::ForallOp forall) {
    if (forall.getRank() != 1 || forall.getNumResults() != 0)
      return forall.emitError("expected one dimension and no results");
    OpBuilder b(forall);
    Location loc = forall.getLoc();
    auto value = [&](OpFoldResult size) {
      return getValueOrCreateConstantIndexOp(b, loc, size);
    };
    Value lower = value(forall.getMixedLowerBound()[0]);
    Value upper = value(forall.getMixedUpperBound()[0]);
    Value step = value(forall.getMixedStep()[0]);
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    Value extent = arith::SubIOp::create(b, loc, upper, lower);
    Value count = arith::CeilDivUIOp::create(b, loc, extent, step);
    std::optional<Shards> shards = shardsOf(forall);
    const Run run =
        !rank_   ? runOf(b, loc, count, worker_, workers_)
        : shards ? runOfRank(b, loc, count, *shards)
                 : runOf(b, loc, count, numberOfWorker(b, getOperation()),
                         allWorkers(b, getOperation()));
    auto loop = scf::ForOp::create(b, loc, run.begin, run.end, one);
    // A step that follows from the workers is the share of one.
    if (isa<Value>(forall.getMixedStep()[0]))
      loop->setAttr(steps::kAtMostOne, b.getUnitAttr());
    b.setInsertionPointToStart(loop.getBody());
    Value distance =
        arith::MulIOp::create(b, loc, loop.getInductionVar(), step);
    IRMapping mapping;
    mapping.map(forall.getInductionVar(0),
                arith::AddIOp::create(b, loc, lower, distance).getResult());
    for (Operation &op : forall.getBody()->without_terminator())
      b.clone(op, mapping);
    forall.erase();
    return success();
  }

  Value rank_, ranks_, worker_, workers_;
};

} // namespace
