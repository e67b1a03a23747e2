//===- SumsAsLoops.cpp - One element a thread, its sum a loop -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementLoops.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"

namespace mlc {
#define GEN_PASS_DEF_SUMSASLOOPS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Rewrites one linalg op with reductions.
class SumRewriter {
public:
  SumRewriter(RewriterBase &b, linalg::GenericOp op)
      : b_(b), op_(op), loc_(op.getLoc()) {}

  LogicalResult run() {
    for (auto [loop, kind] : llvm::enumerate(op_.getIteratorTypesArray()))
      (kind == utils::IteratorType::parallel ? parallel_ : reduction_)
          .push_back(loop);
    SmallVector<AffineMap> resultMaps;
    for (OpOperand &init : op_.getDpsInitsMutable()) {
      AffineMap map = parallelMap(op_.getMatchingIndexingMap(&init));
      if (!map || !map.isPermutation())
        return op_.emitError("expected a sum to have an element for each of "
                             "its other loops");
      resultMaps.push_back(map);
    }
    b_.setInsertionPoint(op_);
    SmallVector<OpFoldResult> sizes = reductionSizes();
    ElementLoops loops(b_, op_, resultMaps, parallel_.size());
    SmallVector<Value> sums =
        loops.build([&](ValueRange places, ValueRange firsts) {
          return sum(places, firsts, sizes);
        });
    if (op_->hasAttr(steps::kTree))
      sums[0].getDefiningOp()->setAttr(steps::kTree, b_.getUnitAttr());
    b_.replaceOp(op_, sums);
    return success();
  }

private:
  /// `map` as a map of the parallel loops; null where it uses others.
  AffineMap parallelMap(AffineMap map) {
    SmallVector<AffineExpr> places(op_.getNumLoops(),
                                   b_.getAffineConstantExpr(0));
    for (auto [place, loop] : llvm::enumerate(parallel_))
      places[loop] = b_.getAffineDimExpr(place);
    for (unsigned loop : reduction_)
      if (map.isFunctionOfDim(loop))
        return {};
    return map.replaceDimsAndSymbols(places, {}, parallel_.size(), 0);
  }

  SmallVector<OpFoldResult> reductionSizes() {
    SmallVector<Range> domain =
        cast<TilingInterface>(op_.getOperation()).getIterationDomain(b_);
    return llvm::map_to_vector(
        reduction_, [&](unsigned loop) { return domain[loop].size; });
  }

  /// The op that adds a term, for each result, where terms may be added in any
  /// order; else none.
  ArrayAttr combiners() {
    SmallVector<Attribute> names;
    auto carried = op_.getRegionOutputArgs();
    for (unsigned result = 0; result < carried.size(); ++result) {
      SmallVector<Operation *> ops;
      if (!matchReduction(carried, result, ops) || ops.size() != 1 ||
          !arith::getNeutralElement(ops[0]))
        return {};
      names.push_back(b_.getStringAttr(ops[0]->getName().getStringRef()));
    }
    return b_.getArrayAttr(names);
  }

  /// One loop over all terms, as many as all loops of the sum have.
  SmallVector<Value> sum(ValueRange places, ValueRange firsts,
                         ArrayRef<OpFoldResult> sizes) {
    SmallVector<Value> counts;
    for (OpFoldResult size : sizes)
      counts.push_back(getValueOrCreateConstantIndexOp(b_, loc_, size));
    Value terms = counts[0];
    for (Value count : llvm::drop_begin(counts))
      terms = arith::MulIOp::create(b_, loc_, terms, count);
    ArrayAttr names = combiners();
    LoopBuilder words(b_, loc_);
    auto loop = words.loop(
        words.index(0), terms, firsts,
        [&](Value term, ValueRange carried) -> SmallVector<Value> {
          SmallVector<Value> all(op_.getNumLoops());
          for (auto [loop, place] : llvm::zip_equal(parallel_, places))
            all[loop] = place;
          SmallVector<Value> parts{term};
          if (counts.size() > 1)
            parts = llvm::to_vector_of<Value>(
                affine::AffineDelinearizeIndexOp::create(b_, loc_, term, counts)
                    .getResults());
          for (auto [loop, place] : llvm::zip_equal(reduction_, parts))
            all[loop] = place;
          return addTerm(all, carried);
        });
    if (names)
      loop->setAttr(kCombiners, names);
    return llvm::to_vector_of<Value>(loop.getResults());
  }

  /// The body of the op at one place of all its loops.
  SmallVector<Value> addTerm(ArrayRef<Value> places, ValueRange carried) {
    IRMapping mapping;
    for (OpOperand *input : op_.getDpsInputOperands()) {
      Value value = input->get();
      if (isa<RankedTensorType>(value.getType())) {
        SmallVector<Value> at;
        AffineMap map = op_.getMatchingIndexingMap(input);
        for (unsigned dim = 0; dim < map.getNumResults(); ++dim) {
          OpFoldResult place = affine::makeComposedFoldedAffineApply(
              b_, loc_, map.getSubMap({dim}),
              SmallVector<OpFoldResult>(places.begin(), places.end()));
          at.push_back(getValueOrCreateConstantIndexOp(b_, loc_, place));
        }
        value = tensor::ExtractOp::create(b_, loc_, value, at);
      }
      mapping.map(op_.getMatchingBlockArgument(input), value);
    }
    mapping.map(op_.getRegionOutputArgs(), carried);
    for (Operation &inner : op_.getBlock()->without_terminator()) {
      if (auto index = dyn_cast<linalg::IndexOp>(inner))
        mapping.map(index.getResult(), places[index.getDim()]);
      else
        b_.clone(inner, mapping);
    }
    SmallVector<Value> results;
    for (Value value : op_.getBlock()->getTerminator()->getOperands())
      results.push_back(mapping.lookupOrDefault(value));
    return results;
  }

  RewriterBase &b_;
  linalg::GenericOp op_;
  Location loc_;
  SmallVector<unsigned> parallel_, reduction_;
};

class SumsAsLoopsPass : public mlc::impl::SumsAsLoopsBase<SumsAsLoopsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::LinalgOp> sums;
    function.walk([&](linalg::LinalgOp op) {
      if (op.getNumReductionLoops() > 0)
        sums.push_back(op);
    });
    for (linalg::LinalgOp sum : sums) {
      rewriter.setInsertionPoint(sum);
      auto generic = dyn_cast<linalg::GenericOp>(sum.getOperation());
      if (!generic) {
        FailureOr<linalg::GenericOp> general =
            linalg::generalizeNamedOp(rewriter, sum);
        if (failed(general)) {
          sum.emitError("expected a sum with a general form");
          return signalPassFailure();
        }
        generic = *general;
      }
      if (failed(SumRewriter(rewriter, generic).run()))
        return signalPassFailure();
    }
  }
};

} // namespace
