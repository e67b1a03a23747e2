//===- ThreadWork.cpp - A loop as the work of threads ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadWork.h"
#include "ElementLoops.h"
#include "Launches.h"
#include "lib/CostModel.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlc;

/// Threads of a warp, which exchange numbers without a barrier.
static constexpr int64_t kWarp = 32;

/// The block in which an element is computed.
static Block &elementBlock(Operation *op) {
  if (auto loops = dyn_cast<scf::ParallelOp>(op))
    return *loops.getBody();
  return *cast<linalg::LinalgOp>(op).getBlock();
}

static SmallVector<int64_t> loopSizes(Operation *op, int64_t batch) {
  SmallVector<int64_t> sizes;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    sizes = linalgOp.getStaticLoopRanges();
  else
    for (Value bound : cast<scf::ParallelOp>(op).getUpperBound())
      sizes.push_back(
          getConstantIntValue(bound).value_or(ShapedType::kDynamic));
  for (int64_t &size : sizes)
    if (ShapedType::isDynamic(size))
      size = batch;
  return sizes;
}

int64_t mlc::longestSum(Operation *op, function_ref<int64_t(Value)> countOf) {
  int64_t terms = 1;
  for (auto loop : elementBlock(op).getOps<scf::ForOp>())
    if (loop->hasAttr(kCombiners)) {
      auto count = getConstantIntValue(loop.getUpperBound());
      Value bound = loop.getUpperBound();
      // A row of data says in the element how many terms it has.
      const bool isOfRow =
          op->isAncestor(bound.getParentBlock()->getParentOp());
      terms = std::max(terms, count                 ? *count
                              : countOf && !isOfRow ? countOf(bound)
                                                    : kWarp);
    }
  return terms;
}

int64_t mlc::teamFor(int64_t elements, int64_t terms, int64_t threads) {
  const int64_t useful = std::min<int64_t>(kWarp, llvm::PowerOf2Ceil(terms));
  int64_t team = 1;
  while (team < useful && elements * team < threads)
    team *= 2;
  return team;
}

ThreadWork::ThreadWork(Operation *op)
    : op(op), elements(op->getAttrOfType<IntegerAttr>(kElements).getInt()),
      team(op->getAttrOfType<IntegerAttr>(kTeam).getInt()) {}

ThreadWork::ThreadWork(Operation *op, int64_t batch) : op(op) {
  for (int64_t size : loopSizes(op, batch))
    elements *= size;
  team = teamFor(elements, longestSum(op), CostModel::of(op).wantedThreads);
  blocks =
      std::max<int64_t>(1, llvm::divideCeil(elements * team, kBlockThreads));
}

namespace {

/// Emits the work of one thread.
class ThreadEmitter {
public:
  ThreadEmitter(RewriterBase &b, const ThreadWork &work, IRMapping &mapping)
      : words(b, work.op->getLoc()), b(b), loc(work.op->getLoc()), work(work),
        mapping(mapping) {}

  LogicalResult emit(Value block, Value thread) {
    // The loops in a block of their own, to be taken apart.
    auto scope =
        scf::IfOp::create(b, loc, arith::ConstantIntOp::create(b, loc, 1, 1));
    Block *body = scope.thenBlock();
    b.setInsertionPointToStart(body);
    Operation *op = b.clone(*work.op, mapping);
    scf::ParallelOp loops = dyn_cast<scf::ParallelOp>(op);
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
      b.setInsertionPoint(op);
      FailureOr<linalg::LinalgLoops> made =
          linalg::linalgOpToParallelLoops(b, linalgOp);
      if (failed(made))
        return op->emitError("expected an op that has loops");
      b.eraseOp(op);
      if (!made->empty())
        loops = cast<scf::ParallelOp>(made->front());
    }
    b.setInsertionPointToStart(body);
    if (loops)
      b.setInsertionPoint(loops);
    Value count = words.index(1);
    if (loops)
      for (Value bound : loops.getUpperBound())
        count = arith::MulIOp::create(b, loc, count, bound);
    if (!block && !loops)
      block = words.index(0);
    if (!block)
      block = repeat(loops, count, body);
    // element = thread of the whole launch / team
    Value number = words.add(
        arith::MulIOp::create(b, loc, block, words.index(kBlockThreads)),
        thread);
    Value element =
        arith::DivUIOp::create(b, loc, number, words.index(work.team));
    lane = arith::RemUIOp::create(b, loc, thread, words.index(work.team));
    Value isElement = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                            element, count);
    // All threads of a warp take part in its exchanges: what has no element of
    // its own takes the last one's, and writes nothing.
    Value last = arith::SubIOp::create(b, loc, count, words.index(1));
    Value place = arith::MinUIOp::create(b, loc, element, last);
    if (loops) {
      SmallVector<Value> places{place};
      if (loops.getNumLoops() > 1)
        places =
            llvm::to_vector_of<Value>(affine::AffineDelinearizeIndexOp::create(
                                          b, loc, place, loops.getUpperBound())
                                          .getResults());
      b.eraseOp(loops.getBody()->getTerminator());
      b.inlineBlockBefore(loops.getBody(), loops, places);
      b.eraseOp(loops);
    }
    Operation *guarded = isElement.getDefiningOp()->getNextNode();
    if (work.team > 1)
      guarded = shareSums(*body);
    Value writes = isElement;
    if (work.team > 1) {
      b.setInsertionPoint(guarded);
      Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                            lane, words.index(0));
      writes = arith::AndIOp::create(b, loc, isElement, isFirst);
    }
    guard(*body, guarded, writes);
    // The scope itself is not needed any more.
    body = scope.thenBlock();
    b.eraseOp(body->getTerminator());
    b.inlineBlockBefore(body, scope);
    b.eraseOp(scope);
    return success();
  }

private:
  /// Puts `loops` into a loop over the blocks that they would be the work of,
  /// whose body takes the place of `body`; returns the block's number.
  Value repeat(scf::ParallelOp loops, Value count, Block *&body) {
    Value threads =
        arith::MulIOp::create(b, loc, count, words.index(work.team));
    Value blocks =
        arith::CeilDivUIOp::create(b, loc, threads, words.index(kBlockThreads));
    auto loop =
        scf::ForOp::create(b, loc, words.index(0), blocks, words.index(1));
    body = loop.getBody();
    loops->moveBefore(body->getTerminator());
    b.setInsertionPoint(loops);
    return loop.getInductionVar();
  }

  /// Shares out the terms of each sum; returns the op after the last one.
  Operation *shareSums(Block &body) {
    Operation *after = nullptr;
    for (auto loop : llvm::to_vector(body.getOps<scf::ForOp>()))
      if (auto combiners = loop->getAttrOfType<ArrayAttr>(kCombiners))
        after = shareSum(loop, combiners);
    return after;
  }

  Value combine(Attribute name, Value x, Value y) {
    OperationState state(loc, cast<StringAttr>(name).getValue());
    state.addOperands({x, y});
    state.addTypes(x.getType());
    return b.create(state)->getResult(0);
  }

  /// Thread i of a team of n takes terms i, i + n, ..., the first one also
  /// what the sum begins with; then all get the sum of all.
  Operation *shareSum(scf::ForOp loop, ArrayAttr combiners) {
    b.setInsertionPoint(loop);
    Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                          lane, words.index(0));
    Value skipped = arith::MulIOp::create(b, loc, lane, loop.getStep());
    loop.setLowerBound(words.add(loop.getLowerBound(), skipped));
    loop.setStep(
        arith::MulIOp::create(b, loc, loop.getStep(), words.index(work.team)));
    for (auto [place, name] : llvm::enumerate(combiners)) {
      OpOperand &init = loop.getInitsMutable()[place];
      Operation *probe = combine(name, init.get(), init.get()).getDefiningOp();
      TypedAttr neutral = *arith::getNeutralElement(probe);
      b.eraseOp(probe);
      Value none = arith::ConstantOp::create(b, loc, neutral);
      init.set(arith::SelectOp::create(b, loc, isFirst, init.get(), none));
    }
    b.setInsertionPointAfter(loop);
    Value width = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(kWarp));
    for (auto [place, name] : llvm::enumerate(combiners)) {
      Value sum = loop.getResult(place);
      SmallPtrSet<Operation *, 8> own;
      for (int64_t distance = work.team / 2; distance > 0; distance /= 2) {
        Value offset =
            arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(distance));
        auto other = gpu::ShuffleOp::create(b, loc, sum, offset, width,
                                            gpu::ShuffleMode::XOR);
        own.insert(other);
        sum = combine(name, sum, other.getShuffleResult());
        own.insert(sum.getDefiningOp());
      }
      loop.getResult(place).replaceUsesWithIf(
          sum, [&](OpOperand &use) { return !own.contains(use.getOwner()); });
    }
    return &*b.getInsertionPoint();
  }

  /// Puts all ops from `first` to the end of the block under a condition.
  void guard(Block &body, Operation *first, Value condition) {
    b.setInsertionPoint(body.getTerminator());
    auto branch = scf::IfOp::create(b, loc, condition);
    Block *inner = branch.thenBlock();
    inner->getOperations().splice(inner->begin(), body.getOperations(),
                                  first->getIterator(), branch->getIterator());
  }

  LoopBuilder words;
  RewriterBase &b;
  Location loc;
  const ThreadWork &work;
  IRMapping &mapping;
  Value lane;
};

} // namespace

LogicalResult ThreadWork::emit(RewriterBase &b, IRMapping &mapping, Value block,
                               Value thread) const {
  OpBuilder::InsertionGuard guard(b);
  return ThreadEmitter(b, *this, mapping).emit(block, thread);
}
