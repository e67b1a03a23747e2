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
#include "lib/Support/Bounds.h"

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
    for (unsigned loop = 0; loop < linalgOp.getNumLoops(); ++loop)
      sizes.push_back(boundOfLoop(linalgOp, loop).value_or(batch));
  else
    for (Value bound : cast<scf::ParallelOp>(op).getUpperBound())
      sizes.push_back(boundOf(OpFoldResult(bound)).value_or(batch));
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
      : words_(b, work.op->getLoc()), b_(b), loc_(work.op->getLoc()),
        work_(work), mapping_(mapping) {}

  LogicalResult emit(Value block, Value thread) {
    // The loops in a block of their own, to be taken apart.
    auto scope = scf::IfOp::create(
        b_, loc_, arith::ConstantIntOp::create(b_, loc_, 1, 1));
    Block *body = scope.thenBlock();
    b_.setInsertionPointToStart(body);
    Operation *op = b_.clone(*work_.op, mapping_);
    scf::ParallelOp loops = dyn_cast<scf::ParallelOp>(op);
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
      b_.setInsertionPoint(op);
      FailureOr<linalg::LinalgLoops> made =
          linalg::linalgOpToParallelLoops(b_, linalgOp);
      if (failed(made))
        return op->emitError("expected an op that has loops");
      b_.eraseOp(op);
      if (!made->empty())
        loops = cast<scf::ParallelOp>(made->front());
    }
    b_.setInsertionPointToStart(body);
    if (loops)
      b_.setInsertionPoint(loops);
    Value count = words_.index(1);
    if (loops)
      for (Value bound : loops.getUpperBound())
        count = arith::MulIOp::create(b_, loc_, count, bound);
    const Value given = block;
    if (!block && !loops)
      block = words_.index(0);
    if (!block)
      block = repeat(loops, count, body);
    // element = thread of the whole launch / team
    Value number = words_.add(
        arith::MulIOp::create(b_, loc_, block, words_.index(kBlockThreads)),
        thread);
    Value element =
        arith::DivUIOp::create(b_, loc_, number, words_.index(work_.team));
    lane_ = arith::RemUIOp::create(b_, loc_, thread, words_.index(work_.team));
    Value isElement = arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::ult,
                                            element, count);
    // All threads of a warp take part in its exchanges: what has no element of
    // its own takes the last one's, and writes nothing.
    Value last = arith::SubIOp::create(b_, loc_, count, words_.index(1));
    Value place = arith::MinUIOp::create(b_, loc_, element, last);
    if (loops) {
      SmallVector<Value> places{place};
      if (loops.getNumLoops() > 1)
        places = placesOf(place, loops.getUpperBound(), /*isOfAll=*/!given);
      b_.eraseOp(loops.getBody()->getTerminator());
      b_.inlineBlockBefore(loops.getBody(), loops, places);
      b_.eraseOp(loops);
    }
    Operation *guarded = isElement.getDefiningOp()->getNextNode();
    if (work_.team > 1)
      guarded = shareSums(*body);
    Value writes = isElement;
    if (work_.team > 1) {
      b_.setInsertionPoint(guarded);
      Value isFirst = arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::eq,
                                            lane_, words_.index(0));
      writes = arith::AndIOp::create(b_, loc_, isElement, isFirst);
    }
    guard(*body, guarded, writes);
    // The scope itself is not needed any more.
    body = scope.thenBlock();
    b_.eraseOp(body->getTerminator());
    b_.inlineBlockBefore(body, scope);
    b_.eraseOp(scope);
    return success();
  }

private:
  /// The places of an element in loops of these sizes, the last of which
  /// changes first. Where a block has all elements, sizes that are only known
  /// at run time come first, since the first is never divided by.
  SmallVector<Value> placesOf(Value element, ValueRange sizes, bool isOfAll) {
    auto order = llvm::to_vector(llvm::seq<unsigned>(0, sizes.size()));
    if (isOfAll)
      llvm::stable_sort(order, [&](unsigned x, unsigned y) {
        return !getConstantIntValue(sizes[x]) && getConstantIntValue(sizes[y]);
      });
    SmallVector<Value> ordered;
    for (unsigned loop : order)
      ordered.push_back(sizes[loop]);
    auto parts =
        affine::AffineDelinearizeIndexOp::create(b_, loc_, element, ordered);
    SmallVector<Value> places(sizes.size());
    for (auto [loop, part] : llvm::zip_equal(order, parts.getResults()))
      places[loop] = part;
    return places;
  }

  /// Puts `loops` into a loop over the blocks that they would be the work of,
  /// whose body takes the place of `body`; returns the block's number.
  Value repeat(scf::ParallelOp loops, Value count, Block *&body) {
    Value threads =
        arith::MulIOp::create(b_, loc_, count, words_.index(work_.team));
    Value blocks = arith::CeilDivUIOp::create(b_, loc_, threads,
                                              words_.index(kBlockThreads));
    auto loop =
        scf::ForOp::create(b_, loc_, words_.index(0), blocks, words_.index(1));
    body = loop.getBody();
    loops->moveBefore(body->getTerminator());
    b_.setInsertionPoint(loops);
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
    OperationState state(loc_, cast<StringAttr>(name).getValue());
    state.addOperands({x, y});
    state.addTypes(x.getType());
    return b_.create(state)->getResult(0);
  }

  /// Thread i of a team of n takes terms i, i + n, ..., the first one also
  /// what the sum begins with; then all get the sum of all.
  Operation *shareSum(scf::ForOp loop, ArrayAttr combiners) {
    b_.setInsertionPoint(loop);
    Value isFirst = arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::eq,
                                          lane_, words_.index(0));
    startAtLane(loop);
    for (auto [place, name] : llvm::enumerate(combiners)) {
      OpOperand &init = loop.getInitsMutable()[place];
      Operation *probe = combine(name, init.get(), init.get()).getDefiningOp();
      TypedAttr neutral = *arith::getNeutralElement(probe);
      b_.eraseOp(probe);
      Value none = arith::ConstantOp::create(b_, loc_, neutral);
      init.set(arith::SelectOp::create(b_, loc_, isFirst, init.get(), none));
    }
    b_.setInsertionPointAfter(loop);
    Value width =
        arith::ConstantOp::create(b_, loc_, b_.getI32IntegerAttr(kWarp));
    for (auto [place, name] : llvm::enumerate(combiners)) {
      Value sum = loop.getResult(place);
      SmallPtrSet<Operation *, 8> own;
      for (int64_t distance = work_.team / 2; distance > 0; distance /= 2) {
        Value offset =
            arith::ConstantOp::create(b_, loc_, b_.getI32IntegerAttr(distance));
        auto other = gpu::ShuffleOp::create(b_, loc_, sum, offset, width,
                                            gpu::ShuffleMode::XOR);
        own.insert(other);
        sum = combine(name, sum, other.getShuffleResult());
        own.insert(sum.getDefiningOp());
      }
      loop.getResult(place).replaceUsesWithIf(
          sum, [&](OpOperand &use) { return !own.contains(use.getOwner()); });
    }
    return &*b_.getInsertionPoint();
  }

  /// Has `loop` run through a thread's terms. Where all threads have equally
  /// many, the loop counts them, so that LLVM can unroll it.
  void startAtLane(scf::ForOp loop) {
    Value skipped = arith::MulIOp::create(b_, loc_, lane_, loop.getStep());
    Value first = words_.add(loop.getLowerBound(), skipped);
    auto from = getConstantIntValue(loop.getLowerBound()),
         to = getConstantIntValue(loop.getUpperBound()),
         step = getConstantIntValue(loop.getStep());
    if (!from || !to || !step || (*to - *from) % (*step * work_.team) != 0) {
      loop.setLowerBound(first);
      loop.setStep(arith::MulIOp::create(b_, loc_, loop.getStep(),
                                         words_.index(work_.team)));
      return;
    }
    const int64_t stride = *step * work_.team;
    loop.setLowerBound(words_.index(0));
    loop.setUpperBound(words_.index((*to - *from) / stride));
    loop.setStep(words_.index(1));
    OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    Value number = loop.getInductionVar();
    auto scaled = arith::MulIOp::create(b_, loc_, number, words_.index(stride));
    number.replaceAllUsesExcept(words_.add(first, scaled), scaled);
  }

  /// Puts all ops from `first` to the end of the block under a condition.
  void guard(Block &body, Operation *first, Value condition) {
    b_.setInsertionPoint(body.getTerminator());
    auto branch = scf::IfOp::create(b_, loc_, condition);
    Block *inner = branch.thenBlock();
    inner->getOperations().splice(inner->begin(), body.getOperations(),
                                  first->getIterator(), branch->getIterator());
  }

  LoopBuilder words_;
  RewriterBase &b_;
  Location loc_;
  const ThreadWork &work_;
  IRMapping &mapping_;
  Value lane_;
};

} // namespace

LogicalResult ThreadWork::emit(RewriterBase &b, IRMapping &mapping, Value block,
                               Value thread) const {
  OpBuilder::InsertionGuard guard(b);
  return ThreadEmitter(b, *this, mapping).emit(block, thread);
}
