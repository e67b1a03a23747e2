//===- PlanSplits.cpp - What of a step workers share ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RegisterPressure.h"
#include "Shards.h"
#include "TileOps.h"
#include "dialects/Csr/Csr.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/CostModel.h"
#include "lib/Support/Explain.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace mlc {
#define GEN_PASS_DEF_PLANSPLITS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// The product of the sizes that are known.
int64_t workOfRow(linalg::MatmulOp op) {
  int64_t work = 1;
  for (int64_t size : op.getStaticLoopRanges())
    work *= ShapedType::isDynamic(size) ? 1 : size;
  return work;
}

/// Whether columns of the result are contiguous on the right side too, so that
/// the product will be computed in registers that hold columns.
bool sumsColumns(linalg::MatmulOp op) {
  const unsigned columns = op.getNumLoops() - 2;
  return op.getIndexingMapsArray()[1].getDimPosition(1) == columns;
}

/// The innermost loop of one kind that is long enough to be split into shards.
std::optional<unsigned> findUnits(TilingInterface op, utils::IteratorType kind,
                                  const ShardRule &rule) {
  SmallVector<int64_t> sizes = loopSizesOf(op);
  auto iterators = op.getLoopIteratorTypes();
  for (unsigned loop = iterators.size(); loop-- > 0;)
    if (iterators[loop] == kind && !ShapedType::isDynamic(sizes[loop]) &&
        sizes[loop] >= rule.shortest)
      return loop;
  return std::nullopt;
}

/// A sum whose partial sums are fewer than its terms: they are what crosses
/// workers then. No other dimension of it is to be split.
bool isNarrowSum(TilingInterface op, unsigned loop, const ShardRule &rule) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation());
  if (!linalgOp || linalgOp.getNumReductionLoops() != 1 ||
      linalgOp.getNumDpsInits() != 1)
    return false;
  // What is added must be added only.
  auto combiner = linalgOp.getBlock()
                      ->getTerminator()
                      ->getOperand(0)
                      .getDefiningOp<arith::AddFOp>();
  Value sum = linalgOp.getRegionOutputArgs()[0];
  if (!combiner || !sum.hasOneUse() || *sum.user_begin() != combiner)
    return false;
  const int64_t extent = loopSizesOf(op)[loop];
  int64_t columns = 1;
  for (int64_t size : linalgOp.getStaticLoopRanges())
    if (!ShapedType::isDynamic(size) && size != extent)
      columns *= size;
  return Shards(extent, rule).count * columns <= extent;
}

/// An op that only gives a destination its first value.
bool isInitializer(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return isa<linalg::FillOp>(op) ||
         (generic && isa<linalg::YieldOp>(generic.getBlock()->front()));
}

/// Decides from the end of a step to its beginning, since what an op's
/// consumers do decides whether it has a forall of its own.
class Planner {
public:
  Planner(func::FuncOp step, Gemm gemm, int64_t registers)
      : rule_(ShardRule::of(step)), costs_(CostModel::of(step)), gemm_(gemm),
        registers_(registers) {
    for (Operation &op : step.getBody().front())
      if (isa<TilingInterface>(op))
        ops_.push_back(&op);
  }

  void run() {
    for (Operation *op : llvm::reverse(ops_)) {
      if (op->use_empty())
        continue;
      bool isElsewhere = false;
      for (OpOperand &use : op->getUses())
        isElsewhere |= !fuse(op, use);
      if (!isElsewhere)
        continue;
      SplitAttr split = choose(cast<TilingInterface>(op));
      if (split)
        op->setAttr(kSplit, split);
      if (split && split.getKind() != SplitKind::Terms) {
        inForall_.insert(op);
        inPlace_.insert(op);
      } else {
        outside_.insert(op);
      }
    }
    for (Operation *op : ops_)
      if (auto matmul = dyn_cast<linalg::MatmulOp>(op))
        explainProduct(matmul);
  }

private:
  //===--------------------------------------------------------------------===//
  // Producers in their consumers' foralls
  //===--------------------------------------------------------------------===//

  /// Whether `use` needs no result of `op` but what is computed in the user's
  /// forall.
  bool fuse(Operation *op, OpOperand &use) {
    Operation *user = use.getOwner();
    if (!inForall_.contains(user))
      return false;
    auto dps = dyn_cast<DestinationStyleOpInterface>(user);
    const bool isDestination =
        inPlace_.contains(user) && dps && dps.isDpsInit(&use);
    if (isDestination ? !belongsInPlace(op) : !belongsInTile(op, use))
      return false;
    op->setAttr(kFused, UnitAttr::get(op->getContext()));
    inForall_.insert(op);
    if (isDestination)
      inPlace_.insert(op);
    return !outside_.contains(user);
  }

  /// What makes the destination of its one user is computed there.
  static bool belongsInPlace(Operation *producer) {
    return isInitializer(producer) ||
           ((isa<linalg::MatmulOp>(producer) || isCsrProduct(producer)) &&
            producer->hasOneUse());
  }

  /// A product is also taken in where it will be computed in its user's
  /// registers.
  bool belongsInTile(Operation *producer, OpOperand &use) const {
    if (isInitializer(producer))
      return true;
    if (!producer->hasOneUse())
      return false;
    auto matmul = dyn_cast<linalg::MatmulOp>(producer);
    if (matmul ? isForLibrary(matmul) || !sumsColumns(matmul)
               : !isa<csr::MatmulTransposedOp>(producer))
      return false;
    auto user = dyn_cast<linalg::LinalgOp>(use.getOwner());
    return needsOneTile(use) && user && !hasLongBody(user);
  }

  //===--------------------------------------------------------------------===//
  // What is split
  //===--------------------------------------------------------------------===//

  SplitAttr choose(TilingInterface op) {
    if (std::optional<unsigned> units =
            findUnits(op, utils::IteratorType::parallel, rule_))
      return splitUnits(op, *units);
    // What groups a batch's columns has loops of its own, which one worker
    // runs.
    if (auto rows = dyn_cast<csr::UpdateRowsOp>(op.getOperation());
        rows && rows.getSums())
      return splitUnits(op, /*loop=*/1);
    std::optional<unsigned> terms =
        findUnits(op, utils::IteratorType::reduction, rule_);
    if (terms && isNarrowSum(op, *terms, rule_)) {
      const int64_t extent = loopSizesOf(op)[*terms];
      const Shards shards(extent, rule_);
      explain(op, "shards") << remark::add(
          "a sum of {0} terms as partial sums of {1} shards, of which fewer "
          "numbers cross workers",
          extent, shards.count);
      return makeSplit(op, SplitKind::Terms, *terms, shards);
    }
    auto iterators = op.getLoopIteratorTypes();
    if (!iterators.empty() && iterators[0] == utils::IteratorType::parallel &&
        ShapedType::isDynamic(loopSizesOf(op)[0]) &&
        chainHolds(op, [&](Operation *part) { return isHeavy(part); })) {
      explain(op, "shards") << remark::add(
          "rows of the batch are split among workers: a product of {0} or more "
          "multiplications a row, or of sparse rows",
          costs_.heavyRow);
      return SplitAttr::get(op->getContext(), SplitKind::Rows, 0, ShardsAttr());
    }
    if (!iterators.empty())
      explain(op, "shards") << remark::add(
          "not split: no dimension of {0} has {1} units or more, and no row is "
          "heavy",
          sizesOf(loopSizesOf(op)), rule_.shortest);
    return {};
  }

  /// A product for the library is computed shard by shard, since the library's
  /// rounding depends on the shape.
  SplitAttr splitUnits(TilingInterface op, unsigned loop) {
    const int64_t extent = loopSizesOf(op)[loop];
    const Shards shards(extent, rule_);
    const bool byLibrary = chainHolds(op, [&](Operation *part) {
      auto matmul = dyn_cast<linalg::MatmulOp>(part);
      return matmul && isForLibrary(matmul);
    });
    explain(op, "shards") << remark::add(
        "{0} units as {1} shards of {2}: at most {3}, of whole lines of {4}",
        extent, shards.count, shards.size, rule_.most, rule_.line);
    return makeSplit(op, byLibrary ? SplitKind::Library : SplitKind::Units,
                     loop, shards);
  }

  static SplitAttr makeSplit(Operation *op, SplitKind kind, unsigned loop,
                             const Shards &shards) {
    MLIRContext *context = op->getContext();
    return SplitAttr::get(context, kind, loop, shards.toAttr(context));
  }

  /// Whether the library computes a product depends on the op in whose forall
  /// it is.
  void explainProduct(linalg::MatmulOp product) const {
    Operation *root = product;
    while (root->hasAttr(kFused) && !root->hasAttr(kSplit))
      root = *root->user_begin();
    auto split = root->getAttrOfType<SplitAttr>(kSplit);
    if (!split || split.getKind() == SplitKind::Terms)
      return;
    explain(product, "product") << remark::add(
        "{0} by {1}: {2} multiplications a row, where OpenBLAS is faster from "
        "{3} on with less than {4} registers; there are {5}",
        sizesOf(product.getStaticLoopRanges()),
        split.getKind() == SplitKind::Library ? "OpenBLAS" : "generated code",
        workOfRow(product), costs_.libraryRow, costs_.manyRegisters,
        registers_);
  }

  /// Whether `op` or one of the ops that make its destination is `wanted`.
  static bool chainHolds(Operation *op,
                         function_ref<bool(Operation *)> wanted) {
    while (op) {
      if (wanted(op))
        return true;
      auto dps = dyn_cast<DestinationStyleOpInterface>(op);
      if (!dps || dps.getNumDpsInits() != 1)
        return false;
      op = dps.getDpsInits()[0].getDefiningOp();
      if (!op || !isa<TilingInterface>(op) || !op->hasOneUse())
        return false;
    }
    return false;
  }

  /// Whether a row of a product takes long.
  bool isHeavy(Operation *op) const {
    if (isa<csr::MatmulOp, csr::QuantizedMatmulOp, csr::IntegerMatmulOp>(op))
      return true;
    auto matmul = dyn_cast<linalg::MatmulOp>(op);
    return matmul && workOfRow(matmul) >= costs_.heavyRow;
  }

  /// Whether cblas_sgemm is worth its packing, or is asked for.
  bool isForLibrary(linalg::MatmulOp op) const {
    return gemm_ == Gemm::OpenBlas ||
           (gemm_ == Gemm::Auto && registers_ < costs_.manyRegisters &&
            workOfRow(op) >= costs_.libraryRow);
  }

  const ShardRule rule_;
  const CostModel costs_;
  const Gemm gemm_;
  const int64_t registers_;
  SmallVector<Operation *> ops_;
  /// Ops that are computed in a forall, and those of them that write to what
  /// the forall gives back; ops that are computed outside of any, maybe too.
  DenseSet<Operation *> inForall_, inPlace_, outside_;
};

class PlanSplitsPass : public mlc::impl::PlanSplitsBase<PlanSplitsPass> {
  using PlanSplitsBase::PlanSplitsBase;

  void runOnOperation() override {
    func::FuncOp step = getOperation();
    if (!step.isExternal() && !step->hasAttr(steps::kIndependent))
      Planner(step, gemm, registers).run();
  }
};

} // namespace
