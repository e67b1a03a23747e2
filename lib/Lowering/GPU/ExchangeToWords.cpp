//===- ExchangeToWords.cpp - Workers wait for single numbers --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "RowOps.h"
#include "WordCrossings.h"
#include "dialects/Mlc/Mlc.h"
#include "dialects/Spmd/Spmd.h"
#include "lib/CostModel.h"
#include "lib/Support/Explain.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlc {
#define GEN_PASS_DEF_EXCHANGETOWORDS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Makes words of what crosses in one step.
class StepWords {
public:
  StepWords(func::FuncOp step, const WordCrossings &crossings)
      : step_(step), crossings_(crossings), b_(step.getContext()),
        loc_(step.getLoc()) {}

  LogicalResult run() {
    for (const WordCrossings::Crossing &crossing : crossings_.all()) {
      Value words = addWords(crossing.buffer);
      if (failed(publish(crossing.writer, crossing.buffer, words)))
        return failure();
      crossing.buffer->removeAttr("mlc.memory");
      if (crossing.isOfShards)
        awaitOwnRows(crossing.buffer, words);
      else
        awaitAllRows(crossing, words);
    }
    crossings_.useWaits();
    for (auto exchange : llvm::make_early_inc_range(
             step_.getBody().front().getOps<spmd::ExchangeOp>()))
      exchange.erase();
    return success();
  }

private:
  int64_t batch() {
    return step_->getAttrOfType<IntegerAttr>(steps::kBatch).getInt();
  }

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b_, loc_, value);
  }

  /// A word for each element: rows come first, so that those of one row are
  /// side by side. The leader sets them to 0 where a launch begins.
  Value addWords(memref::AllocOp buffer) {
    const int64_t dim = *rowDimOf(buffer);
    SmallVector<int64_t> shape{batch()};
    for (auto [place, size] : llvm::enumerate(buffer.getType().getShape()))
      if (static_cast<int64_t>(place) != dim)
        shape.push_back(size);
    b_.setInsertionPointToStart(&step_.getBody().front());
    Value words = memref::AllocOp::create(
        b_, loc_, MemRefType::get(shape, b_.getI64Type()));
    Value worker = steps::findArgument(step_, steps::kWorker);
    Value isFirst = arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::eq,
                                          worker, index(0));
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(b_.getContext(), shape);
    sizes[0] =
        arith::SelectOp::create(b_, loc_, isFirst, index(shape[0]), index(0))
            .getResult();
    SmallVector<OpFoldResult> offsets(shape.size(), b_.getIndexAttr(0)),
        strides(shape.size(), b_.getIndexAttr(1));
    Value own =
        memref::SubViewOp::create(b_, loc_, words, offsets, sizes, strides);
    Value none = arith::ConstantOp::create(b_, loc_, b_.getI64IntegerAttr(0));
    auto fill = linalg::FillOp::create(b_, loc_, none, own);
    fill->setAttr(kOnce, b_.getStringAttr(kBegin));
    return words;
  }

  /// Where the word of an element is: the row's number first.
  static SmallVector<Value> placeOfWord(ValueRange indices, int64_t dim) {
    SmallVector<Value> place(indices);
    std::rotate(place.begin(), place.begin() + dim, place.begin() + dim + 1);
    return place;
  }

  /// Has what `writer` stores in `buffer` published instead.
  LogicalResult publish(Operation *writer, memref::AllocOp buffer,
                        Value words) {
    IRRewriter rewriter(b_);
    SmallVector<linalg::LinalgOp> ops;
    writer->walk([&](linalg::LinalgOp op) {
      if (llvm::any_of(op.getDpsInits(), [&](Value output) {
            return bufferOf(output) == buffer;
          }))
        ops.push_back(op);
    });
    for (linalg::LinalgOp op : ops) {
      rewriter.setInsertionPoint(op);
      FailureOr<linalg::LinalgLoops> loops =
          linalg::linalgOpToParallelLoops(rewriter, op);
      if (failed(loops) || loops->empty())
        return failure();
      rewriter.eraseOp(op);
    }
    eraseUnusedLoads(writer);
    foldSizes(writer);
    if (failed(storeDirectly(writer, buffer)))
      return failure();
    SmallVector<memref::StoreOp> stores;
    writer->walk([&](memref::StoreOp store) {
      if (bufferOf(store.getMemRef()) == buffer)
        stores.push_back(store);
    });
    for (memref::StoreOp store : stores) {
      if (store.getMemRef() != buffer)
        return failure();
      rewriter.setInsertionPoint(store);
      rewriter.replaceOpWithNewOp<spmd::PublishOp>(
          store, store.getValueToStore(), words,
          placeOfWord(store.getIndices(), *rowDimOf(buffer)));
    }
    // Each word is published once in a step.
    return success(stores.size() == 1);
  }

  /// Loops read what they overwrite, whether it is used or not.
  static void eraseUnusedLoads(Operation *op) {
    op->walk([](memref::LoadOp load) {
      if (load.use_empty())
        load.erase();
    });
  }

  /// Sizes of slices become what the slices say, from which later passes tell
  /// how many a shard has.
  void foldSizes(Operation *op) {
    SmallVector<memref::DimOp> sizes;
    op->walk([&](memref::DimOp size) { sizes.push_back(size); });
    for (memref::DimOp size : sizes) {
      SmallVector<Value> known;
      b_.setInsertionPoint(size);
      if (succeeded(b_.tryFold(size, known)) && !known.empty()) {
        size.replaceAllUsesWith(known[0]);
        size.erase();
      }
    }
  }

  /// Stores to views of `buffer` become stores to it.
  static LogicalResult storeDirectly(Operation *op, memref::AllocOp buffer) {
    SmallVector<Operation *> stores;
    op->walk([&](memref::StoreOp store) {
      if (bufferOf(store.getMemRef()) == buffer)
        stores.push_back(store);
    });
    RewritePatternSet patterns(op->getContext());
    memref::populateFoldMemRefAliasOpPatterns(patterns);
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    return applyOpPatternsGreedily(stores, std::move(patterns), config);
  }

  /// Fills rows `first`, ... of `buffer`, of which `own` has `count`, as their
  /// numbers arrive.
  Operation *await(Value own, Value words, Value first, Value count,
                   int64_t dim) {
    auto type = cast<MemRefType>(words.getType());
    SmallVector<Value> from(type.getRank(), index(0)),
        step(type.getRank(), index(1)), to{count};
    for (int64_t size : type.getShape().drop_front())
      to.push_back(index(size));
    return scf::ParallelOp::create(
        b_, loc_, from, to, step,
        [&](OpBuilder &b, Location loc, ValueRange at) {
          SmallVector<Value> place(at);
          if (first)
            place[0] = arith::AddIOp::create(b, loc, first, at[0]);
          Value value =
              spmd::AwaitOp::create(b, loc, b.getF32Type(), words, place);
          SmallVector<Value> target(at);
          std::rotate(target.begin(), target.begin() + 1,
                      target.begin() + dim + 1);
          memref::StoreOp::create(b, loc, value, own, target);
        });
  }

  /// The owner of rows awaits what all shards have of them.
  void awaitOwnRows(memref::AllocOp buffer, Value words) {
    const int64_t dim = *rowDimOf(buffer);
    scf::ForallOp rows = crossings_.rows();
    Value first = rows.getInductionVar(0);
    memref::SubViewOp known;
    rows.walk([&](memref::SubViewOp slice) {
      if (bufferOf(slice.getSource()) == buffer)
        known = slice;
    });
    Value count =
        cast<Value>(known.getMixedSizes()[*rowDimOf(known.getSource())]);
    b_.setInsertionPointAfterValue(count);
    const int64_t rank = buffer.getType().getRank();
    SmallVector<OpFoldResult> offsets(rank, b_.getIndexAttr(0)),
        strides(rank, b_.getIndexAttr(1)), sizes;
    for (int64_t size : buffer.getType().getShape())
      sizes.push_back(b_.getIndexAttr(size));
    offsets[dim] = first;
    sizes[dim] = count;
    Value own =
        memref::SubViewOp::create(b_, loc_, buffer, offsets, sizes, strides);
    await(own, words, first, count, dim);
  }

  /// Each worker, or the leader where it alone reads them, awaits all rows.
  void awaitAllRows(const WordCrossings::Crossing &crossing, Value words) {
    memref::AllocOp buffer = crossing.buffer;
    b_.setInsertionPoint(crossing.exchange);
    Value count = memref::DimOp::create(
        b_, loc_, steps::findArgument(step_, steps::kRows), 0);
    setMemory(buffer, Memory::Private);
    Operation *loop = await(buffer, words, Value(), count, *rowDimOf(buffer));
    if (llvm::all_of(crossing.readers, [](Operation *reader) {
          return reader->hasAttr(steps::kLeader);
        }))
      loop->setAttr(steps::kLeader, b_.getUnitAttr());
  }

  func::FuncOp step_;
  const WordCrossings &crossings_;
  OpBuilder b_;
  Location loc_;
};

class ExchangeToWordsPass
    : public mlc::impl::ExchangeToWordsBase<ExchangeToWordsPass> {
  /// Makes words of what crosses in a copy of `step`. False where that is not
  /// possible, or not expected to be faster.
  static bool becomesWords(func::FuncOp step, func::FuncOp copy) {
    const WordCrossings crossings(copy);
    if (!crossings.arePossible()) {
      explain(step, "words") << remark::add(
          "all blocks wait for one another: not only sums for rows cross them, "
          "and what follows from these");
      return false;
    }
    const int64_t words = crossings.wordsOfBlock(),
                  most = CostModel::of(step).mostWords;
    explain(step, "words") << remark::add(
        "blocks wait for {0}: a block awaits {1} in a step, at most {2}",
        words <= most ? "single words" : "all blocks instead of words", words,
        most);
    return words <= most && succeeded(StepWords(copy, crossings).run());
  }

  void runOnOperation() override {
    auto step = getOperation().lookupSymbol<func::FuncOp>(steps::kTrain);
    auto copy = getOperation().lookupSymbol<func::FuncOp>(kStepByWords);
    if (!step || !copy)
      return;
    if (!becomesWords(step, copy)) {
      copy.erase();
      return;
    }
    step.erase();
    copy.setSymName(steps::kTrain);
    copy->setAttr(kByWords, UnitAttr::get(&getContext()));
  }
};

} // namespace
