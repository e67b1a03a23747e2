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
      : b(b), op(op), loc(op.getLoc()), loop(loop), extent(extent),
        shards(shards), workers(workers),
        init(cast<linalg::LinalgOp>(op.getOperation()).getDpsInits()[0]) {}

  FailureOr<Value> run() {
    b.setInsertionPoint(op);
    domain = op.getIterationDomain(b);
    auto type = cast<RankedTensorType>(init.getType());
    SmallVector<int64_t> shape{shards.count};
    llvm::append_range(shape, type.getShape());
    sizes = {b.getIndexAttr(shards.count)};
    llvm::append_range(sizes, tensor::getMixedSizes(b, loc, init));
    Value empty = tensor::EmptyOp::create(b, loc, sizes, type.getElementType());
    FailureOr<Value> partial = partialSums(empty);
    if (failed(partial))
      return failure();
    return addByTree(*partial);
  }

private:
  OpFoldResult apply(AffineExpr expr, ArrayRef<OpFoldResult> operands) {
    return affine::makeComposedFoldedAffineApply(b, loc, expr, operands);
  }
  OpFoldResult smaller(AffineExpr x, AffineExpr y,
                       ArrayRef<OpFoldResult> operands) {
    return affine::makeComposedFoldedAffineMin(
        b, loc, AffineMap::get(0, operands.size(), {x, y}, b.getContext()),
        operands);
  }

  /// `from` terms of the sum, `count` of them.
  FailureOr<TilingResult> part(TilingInterface source, ArrayRef<Range> ranges,
                               OpFoldResult from, OpFoldResult count) {
    SmallVector<OpFoldResult> offsets(ranges.size(), b.getIndexAttr(0));
    SmallVector<OpFoldResult> counts;
    for (Range range : ranges)
      counts.push_back(range.size);
    offsets[loop] = from;
    counts[loop] = count;
    return source.getTiledImplementation(b, offsets, counts);
  }

  /// Slice `number` of `count` partial sums.
  Value slice(Value source, OpFoldResult number, OpFoldResult count,
              bool dropsDim) {
    SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0)),
        strides(sizes.size(), b.getIndexAttr(1)), counts(sizes);
    offsets[0] = number;
    counts[0] = count;
    if (!dropsDim)
      return tensor::ExtractSliceOp::create(b, loc, source, offsets, counts,
                                            strides);
    return tensor::ExtractSliceOp::create(
        b, loc, cast<RankedTensorType>(init.getType()), source, offsets, counts,
        strides);
  }

  FailureOr<Value> partialSums(Value empty) {
    OpFoldResult step = unitsOfWorker(b, loc, shards, workers);
    auto forall = scf::ForallOp::create(
        b, loc, ArrayRef<OpFoldResult>{b.getIndexAttr(0)},
        ArrayRef<OpFoldResult>{b.getIndexAttr(extent)},
        ArrayRef<OpFoldResult>{step}, ValueRange{empty}, std::nullopt);
    noteShards(forall, shards);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(forall.getBody());
    OpFoldResult from = forall.getInductionVar(0);
    AffineExpr s0 = b.getAffineSymbolExpr(0), s1 = b.getAffineSymbolExpr(1);
    OpFoldResult terms =
        smaller(s0, b.getAffineConstantExpr(extent) - s1, {step, from});
    FailureOr<TilingResult> own = part(op, domain, from, terms);
    if (failed(own))
      return failure();
    auto ownOp = cast<TilingInterface>(own->tiledOps[0]);
    OpFoldResult first = apply(s0.floorDiv(shards.size), {from});
    OpFoldResult count = apply(s0.ceilDiv(shards.size), {terms});
    Value target = forall.getRegionIterArgs()[0];
    Value sums = slice(target, first, count, /*dropsDim=*/false);

    auto value = [&](OpFoldResult size) {
      return getValueOrCreateConstantIndexOp(b, loc, size);
    };
    // Without a body yet: affine ops are made only where they will stand.
    auto inner =
        scf::ForOp::create(b, loc, value(b.getIndexAttr(0)), value(count),
                           value(b.getIndexAttr(1)), sums);
    b.setInsertionPointToStart(inner.getBody());
    Value sum = oneShard(ownOp, inner.getInductionVar(), terms,
                         inner.getRegionIterArg(0));
    if (!sum)
      return failure();
    b.setInsertionPointToEnd(inner.getBody());
    scf::YieldOp::create(b, loc, sum);
    b.eraseOp(ownOp);
    b.setInsertionPointToStart(forall.getTerminator().getBody());
    SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0)),
        strides(sizes.size(), b.getIndexAttr(1)), counts(sizes);
    offsets[0] = first;
    counts[0] = count;
    tensor::ParallelInsertSliceOp::create(b, loc, inner.getResult(0), target,
                                          offsets, counts, strides);
    return forall.getResult(0);
  }

  /// The sum of shard `number` of a worker's `terms`, from 0, put into `sums`.
  Value oneShard(TilingInterface own, Value number, OpFoldResult terms,
                 Value sums) {
    AffineExpr s0 = b.getAffineSymbolExpr(0), s1 = b.getAffineSymbolExpr(1);
    OpFoldResult from = apply(s0 * shards.size, {number});
    OpFoldResult count =
        smaller(b.getAffineConstantExpr(shards.size), s0 - s1, {terms, from});
    FailureOr<TilingResult> tile =
        part(own, own.getIterationDomain(b), from, count);
    if (failed(tile))
      return {};
    Value place = slice(sums, number, b.getIndexAttr(1), /*dropsDim=*/true);
    Value zero = arith::ConstantOp::create(
        b, loc, b.getZeroAttr(getElementTypeOrSelf(init)));
    Value filled = linalg::FillOp::create(b, loc, zero, place).getResult(0);
    Operation *tiled = tile->tiledOps[0];
    OpOperand &destination =
        cast<DestinationStyleOpInterface>(tiled).getDpsInitsMutable()[0];
    b.setInsertionPoint(tiled);
    filled.getDefiningOp()->moveBefore(tiled);
    place.getDefiningOp()->moveBefore(filled.getDefiningOp());
    zero.getDefiningOp()->moveBefore(filled.getDefiningOp());
    b.modifyOpInPlace(tiled, [&] {
      destination.set(filled);
      tiled->getResult(0).setType(cast<RankedTensorType>(filled.getType()));
    });
    b.setInsertionPointAfter(tiled);
    SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0)),
        strides(sizes.size(), b.getIndexAttr(1)), counts(sizes);
    offsets[0] = number;
    counts[0] = b.getIndexAttr(1);
    return tensor::InsertSliceOp::create(b, loc, tiled->getResult(0), sums,
                                         offsets, counts, strides);
  }

  /// init + the partial sums, as one more sum: where there are many, its terms
  /// are for several threads, whose sums are added in a fixed order.
  Value addByLoop(Value partial) {
    const unsigned rank = sizes.size() - 1;
    AffineMap all = b.getMultiDimIdentityMap(rank + 1);
    SmallVector<utils::IteratorType> iterators(rank + 1,
                                               utils::IteratorType::parallel);
    iterators[0] = utils::IteratorType::reduction;
    AffineMap element = AffineMap::getFilteredIdentityMap(
        b.getContext(), rank + 1,
        [](AffineDimExpr dim) { return dim.getPosition() > 0; });
    auto sum = linalg::GenericOp::create(
        b, loc, init.getType(), partial, init, ArrayRef{all, element},
        iterators, [&](OpBuilder &body, Location, ValueRange args) {
          Value added = arith::AddFOp::create(body, loc, args[1], args[0]);
          linalg::YieldOp::create(body, loc, added);
        });
    sum->setAttr(steps::kTree, b.getUnitAttr());
    return sum.getResult(0);
  }

  /// init + a balanced binary tree whose leaves are the shards.
  Value addByTree(Value partial) {
    if (shards.count > CostModel::of(op).mostLeaves)
      return addByLoop(partial);
    SmallVector<Value> leaves;
    for (int64_t number = 0; number < shards.count; ++number)
      leaves.push_back(slice(partial, b.getIndexAttr(number), b.getIndexAttr(1),
                             /*dropsDim=*/true));
    // Not added to in place: one worker may make `init`, and each the sum.
    leaves.push_back(init);
    Value empty = tensor::EmptyOp::create(b, loc, ArrayRef(sizes).drop_front(),
                                          getElementTypeOrSelf(init));
    const unsigned rank = sizes.size() - 1;
    SmallVector<AffineMap> maps(leaves.size() + 1,
                                b.getMultiDimIdentityMap(rank));
    SmallVector<utils::IteratorType> iterators(rank,
                                               utils::IteratorType::parallel);
    auto tree = linalg::GenericOp::create(
        b, loc, init.getType(), leaves, empty, maps, iterators,
        [&](OpBuilder &body, Location, ValueRange args) {
          Value first = args.drop_back().back();
          SmallVector<Value> sums(args.drop_back(2));
          while (sums.size() > 1) {
            SmallVector<Value> next;
            for (size_t i = 0; i + 1 < sums.size(); i += 2)
              next.push_back(
                  arith::AddFOp::create(body, loc, sums[i], sums[i + 1]));
            if (sums.size() % 2)
              next.push_back(sums.back());
            sums = next;
          }
          linalg::YieldOp::create(
              body, loc,
              arith::AddFOp::create(body, loc, first, sums[0]).getResult());
        });
    tree->setAttr(steps::kTree, b.getUnitAttr());
    return tree.getResult(0);
  }

  RewriterBase &b;
  TilingInterface op;
  Location loc;
  unsigned loop;
  int64_t extent;
  Shards shards;
  Value workers, init;
  /// Made where `op` stands, before all that is built here.
  SmallVector<Range> domain;
  /// Of the tensor of partial sums.
  SmallVector<OpFoldResult> sizes;
};

} // namespace

FailureOr<Value> mlc::splitSum(RewriterBase &rewriter, TilingInterface op,
                               unsigned loop, int64_t extent,
                               const Shards &shards, Value workers) {
  return SumSplitter(rewriter, op, loop, extent, shards, workers).run();
}
