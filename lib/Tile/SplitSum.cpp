//===- SplitSum.cpp - Sums as partial sums of shards ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitSum.h"
#include "lib/CostModel.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Builds the ops of `splitSum`.
class SumSplitter {
public:
  SumSplitter(RewriterBase &b, TilingInterface op, unsigned loop,
              int64_t extent, const Shards &shards, Value workers)
      : b_(b), op_(op), loc_(op.getLoc()), loop_(loop), extent_(extent),
        shards_(shards), workers_(workers),
        init_(cast<linalg::LinalgOp>(op.getOperation()).getDpsInits()[0]) {}

  FailureOr<Value> run() {
    b_.setInsertionPoint(op_);
    domain_ = op_.getIterationDomain(b_);
    auto type = cast<RankedTensorType>(init_.getType());
    SmallVector<int64_t> shape{shards_.count};
    llvm::append_range(shape, type.getShape());
    sizes_ = {b_.getIndexAttr(shards_.count)};
    llvm::append_range(sizes_, tensor::getMixedSizes(b_, loc_, init_));
    Value empty =
        tensor::EmptyOp::create(b_, loc_, sizes_, type.getElementType());
    FailureOr<Value> partial = partialSums(empty);
    if (failed(partial))
      return failure();
    return addByTree(*partial);
  }

private:
  OpFoldResult apply(AffineExpr expr, ArrayRef<OpFoldResult> operands) {
    return affine::makeComposedFoldedAffineApply(b_, loc_, expr, operands);
  }
  OpFoldResult smaller(AffineExpr x, AffineExpr y,
                       ArrayRef<OpFoldResult> operands) {
    return affine::makeComposedFoldedAffineMin(
        b_, loc_, AffineMap::get(0, operands.size(), {x, y}, b_.getContext()),
        operands);
  }

  /// `from` terms of the sum, `count` of them.
  FailureOr<TilingResult> part(TilingInterface source, ArrayRef<Range> ranges,
                               OpFoldResult from, OpFoldResult count) {
    SmallVector<OpFoldResult> offsets(ranges.size(), b_.getIndexAttr(0));
    SmallVector<OpFoldResult> counts;
    for (Range range : ranges)
      counts.push_back(range.size);
    offsets[loop_] = from;
    counts[loop_] = count;
    return source.getTiledImplementation(b_, offsets, counts);
  }

  /// Slice `number` of `count` partial sums.
  Value slice(Value source, OpFoldResult number, OpFoldResult count,
              bool dropsDim) {
    SmallVector<OpFoldResult> offsets(sizes_.size(), b_.getIndexAttr(0)),
        strides(sizes_.size(), b_.getIndexAttr(1)), counts(sizes_);
    offsets[0] = number;
    counts[0] = count;
    if (!dropsDim)
      return tensor::ExtractSliceOp::create(b_, loc_, source, offsets, counts,
                                            strides);
    return tensor::ExtractSliceOp::create(
        b_, loc_, cast<RankedTensorType>(init_.getType()), source, offsets,
        counts, strides);
  }

  FailureOr<Value> partialSums(Value empty) {
    OpFoldResult step = unitsOfWorker(b_, loc_, shards_, workers_);
    auto forall = scf::ForallOp::create(
        b_, loc_, ArrayRef<OpFoldResult>{b_.getIndexAttr(0)},
        ArrayRef<OpFoldResult>{b_.getIndexAttr(extent_)},
        ArrayRef<OpFoldResult>{step}, ValueRange{empty}, std::nullopt);
    noteShards(forall, shards_);
    OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(forall.getBody());
    OpFoldResult from = forall.getInductionVar(0);
    AffineExpr s0 = b_.getAffineSymbolExpr(0), s1 = b_.getAffineSymbolExpr(1);
    OpFoldResult terms =
        smaller(s0, b_.getAffineConstantExpr(extent_) - s1, {step, from});
    FailureOr<TilingResult> own = part(op_, domain_, from, terms);
    if (failed(own))
      return failure();
    auto ownOp = cast<TilingInterface>(own->tiledOps[0]);
    OpFoldResult first = apply(s0.floorDiv(shards_.size), {from});
    OpFoldResult count = apply(s0.ceilDiv(shards_.size), {terms});
    Value target = forall.getRegionIterArgs()[0];
    Value sums = slice(target, first, count, /*dropsDim=*/false);

    auto value = [&](OpFoldResult size) {
      return getValueOrCreateConstantIndexOp(b_, loc_, size);
    };
    // Without a body yet: affine ops are made only where they will stand.
    auto inner =
        scf::ForOp::create(b_, loc_, value(b_.getIndexAttr(0)), value(count),
                           value(b_.getIndexAttr(1)), sums);
    b_.setInsertionPointToStart(inner.getBody());
    Value sum = oneShard(ownOp, inner.getInductionVar(), terms,
                         inner.getRegionIterArg(0));
    if (!sum)
      return failure();
    b_.setInsertionPointToEnd(inner.getBody());
    scf::YieldOp::create(b_, loc_, sum);
    b_.eraseOp(ownOp);
    b_.setInsertionPointToStart(forall.getTerminator().getBody());
    SmallVector<OpFoldResult> offsets(sizes_.size(), b_.getIndexAttr(0)),
        strides(sizes_.size(), b_.getIndexAttr(1)), counts(sizes_);
    offsets[0] = first;
    counts[0] = count;
    tensor::ParallelInsertSliceOp::create(b_, loc_, inner.getResult(0), target,
                                          offsets, counts, strides);
    return forall.getResult(0);
  }

  /// The sum of shard `number` of a worker's `terms`, from 0, put into `sums`.
  Value oneShard(TilingInterface own, Value number, OpFoldResult terms,
                 Value sums) {
    AffineExpr s0 = b_.getAffineSymbolExpr(0), s1 = b_.getAffineSymbolExpr(1);
    OpFoldResult from = apply(s0 * shards_.size, {number});
    OpFoldResult count =
        smaller(b_.getAffineConstantExpr(shards_.size), s0 - s1, {terms, from});
    FailureOr<TilingResult> tile =
        part(own, own.getIterationDomain(b_), from, count);
    if (failed(tile))
      return {};
    Value place = slice(sums, number, b_.getIndexAttr(1), /*dropsDim=*/true);
    Value zero = arith::ConstantOp::create(
        b_, loc_, b_.getZeroAttr(getElementTypeOrSelf(init_)));
    Value filled = linalg::FillOp::create(b_, loc_, zero, place).getResult(0);
    Operation *tiled = tile->tiledOps[0];
    OpOperand &destination =
        cast<DestinationStyleOpInterface>(tiled).getDpsInitsMutable()[0];
    b_.setInsertionPoint(tiled);
    filled.getDefiningOp()->moveBefore(tiled);
    place.getDefiningOp()->moveBefore(filled.getDefiningOp());
    zero.getDefiningOp()->moveBefore(filled.getDefiningOp());
    b_.modifyOpInPlace(tiled, [&] {
      destination.set(filled);
      tiled->getResult(0).setType(cast<RankedTensorType>(filled.getType()));
    });
    b_.setInsertionPointAfter(tiled);
    SmallVector<OpFoldResult> offsets(sizes_.size(), b_.getIndexAttr(0)),
        strides(sizes_.size(), b_.getIndexAttr(1)), counts(sizes_);
    offsets[0] = number;
    counts[0] = b_.getIndexAttr(1);
    return tensor::InsertSliceOp::create(b_, loc_, tiled->getResult(0), sums,
                                         offsets, counts, strides);
  }

  /// init + the partial sums, as one more sum: where there are many, its terms
  /// are for several threads, whose sums are added in a fixed order.
  Value addByLoop(Value partial) {
    const unsigned rank = sizes_.size() - 1;
    AffineMap all = b_.getMultiDimIdentityMap(rank + 1);
    SmallVector<utils::IteratorType> iterators(rank + 1,
                                               utils::IteratorType::parallel);
    iterators[0] = utils::IteratorType::reduction;
    AffineMap element = AffineMap::getFilteredIdentityMap(
        b_.getContext(), rank + 1,
        [](AffineDimExpr dim) { return dim.getPosition() > 0; });
    auto sum = linalg::GenericOp::create(
        b_, loc_, init_.getType(), partial, init_, ArrayRef{all, element},
        iterators, [&](OpBuilder &body, Location, ValueRange args) {
          Value added = arith::AddFOp::create(body, loc_, args[1], args[0]);
          linalg::YieldOp::create(body, loc_, added);
        });
    sum->setAttr(steps::kTree, b_.getUnitAttr());
    return sum.getResult(0);
  }

  /// init + a balanced binary tree whose leaves are the shards; of several
  /// ranks, the sums of a tree for each rank's shards.
  Value addByTree(Value partial) {
    if (shards_.perRank() > CostModel::of(op_).mostLeaves)
      return addByLoop(partial);
    SmallVector<Value> sums;
    for (int64_t from = 0; from < shards_.count; from += shards_.perRank()) {
      SmallVector<Value> leaves;
      for (int64_t number = from,
                   end = std::min(from + shards_.perRank(), shards_.count);
           number < end; ++number)
        leaves.push_back(slice(partial, b_.getIndexAttr(number),
                               b_.getIndexAttr(1), /*dropsDim=*/true));
      if (shards_.ranks == 1)
        return treeOf(leaves, init_);
      sums.push_back(treeOf(leaves, Value()));
    }
    return treeOf(sums, init_);
  }

  /// `first`, where there is one, + a balanced binary tree of the leaves. Not
  /// added to in place: one worker may make `first`, and each the sum.
  Value treeOf(ArrayRef<Value> leaves, Value first) {
    SmallVector<Value> operands(leaves);
    if (first)
      operands.push_back(first);
    Value empty = tensor::EmptyOp::create(
        b_, loc_, ArrayRef(sizes_).drop_front(), getElementTypeOrSelf(init_));
    const unsigned rank = sizes_.size() - 1;
    SmallVector<AffineMap> maps(operands.size() + 1,
                                b_.getMultiDimIdentityMap(rank));
    SmallVector<utils::IteratorType> iterators(rank,
                                               utils::IteratorType::parallel);
    auto tree = linalg::GenericOp::create(
        b_, loc_, init_.getType(), operands, empty, maps, iterators,
        [&](OpBuilder &body, Location, ValueRange args) {
          SmallVector<Value> sums(args.take_front(leaves.size()));
          while (sums.size() > 1) {
            SmallVector<Value> next;
            for (size_t i = 0; i + 1 < sums.size(); i += 2)
              next.push_back(
                  arith::AddFOp::create(body, loc_, sums[i], sums[i + 1]));
            if (sums.size() % 2)
              next.push_back(sums.back());
            sums = next;
          }
          Value sum = sums[0];
          if (first)
            sum = arith::AddFOp::create(body, loc_, args[leaves.size()], sum);
          linalg::YieldOp::create(body, loc_, sum);
        });
    tree->setAttr(steps::kTree, b_.getUnitAttr());
    return tree.getResult(0);
  }

  RewriterBase &b_;
  TilingInterface op_;
  Location loc_;
  unsigned loop_;
  int64_t extent_;
  Shards shards_;
  Value workers_, init_;
  /// Made where `op` stands, before all that is built here.
  SmallVector<Range> domain_;
  /// Of the tensor of partial sums.
  SmallVector<OpFoldResult> sizes_;
};

} // namespace

FailureOr<Value> mlc::splitSum(RewriterBase &rewriter, TilingInterface op,
                               unsigned loop, int64_t extent,
                               const Shards &shards, Value workers) {
  return SumSplitter(rewriter, op, loop, extent, shards, workers).run();
}
