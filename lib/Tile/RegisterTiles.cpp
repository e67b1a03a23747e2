//===- RegisterTiles.cpp - Tiles that fit vector registers ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RegisterTiles.h"
#include "PackOperands.h"
#include "RegisterPressure.h"
#include "SplitOffRest.h"
#include "TileOps.h"
#include "VectorTile.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Columns and rows of results that a sum of terms has in registers at a time,
/// and the rows where these are few.
constexpr int64_t kTermSums = 4, kFewTermSums = 2;

/// Vector registers that a row covers at most, alone and in the tile of a dense
/// product.
constexpr int64_t kRowRegisters = 4, kProductRegisters = 2;

/// Tiles the ops of one block.
class RegisterTiler {
public:
  RegisterTiler(RewriterBase &rewriter, const RegisterTiling &tiling)
      : rewriter(rewriter), tiling(tiling) {}

  /// Splits what can be vectorised into tiles of registers, consumers first; a
  /// product or initialiser that only one of them uses goes along.
  LogicalResult tileBlock(Block &block) {
    SmallVector<Operation *> ops;
    for (Operation &op : block.without_terminator()) {
      if (!isVectorizable(&op))
        continue;
      ops.push_back(&op);
      if (op.hasOneUse())
        usedOnce.insert(&op);
    }
    for (Operation *op : llvm::reverse(ops)) {
      if (op->use_empty()) {
        erase(op);
        continue;
      }
      // Alone, filling is the library's work; equal loops would become one.
      if (isa<linalg::FillOp>(op))
        continue;
      if (failed(tileRoot(cast<TilingInterface>(op))))
        return op->emitError("cannot be tiled for vectors");
    }
    return success();
  }

private:
  /// The root and the ops that will be computed in its tile. A long body takes
  /// no product in: it would spill the sums, or be a tile too narrow for them;
  /// beside it, passing over the memory once more is little.
  SmallVector<Operation *> opsOfTile(Operation *root) {
    SmallVector<Operation *> ops = opsOfTile(root, /*withProducts=*/true);
    const bool isLong = llvm::any_of(ops, [](Operation *op) {
      return isElementwise(op) && hasLongBody(cast<linalg::LinalgOp>(op));
    });
    return isLong ? opsOfTile(root, /*withProducts=*/false) : ops;
  }
  SmallVector<Operation *> opsOfTile(Operation *root, bool withProducts) {
    SmallVector<Operation *> ops{root};
    for (size_t i = 0; i < ops.size(); ++i) // grows
      for (OpOperand &operand : ops[i]->getOpOperands()) {
        Operation *producer = operand.get().getDefiningOp();
        if (producer && usedOnce.contains(producer) && needsOneTile(operand) &&
            (withProducts ||
             !(isCsrProduct(producer) || isDenseProduct(producer))))
          ops.push_back(producer);
      }
    return ops;
  }

  /// Rows of the root's tile: several for a dense product, which reads its
  /// right side once for all of them. A csr product has one row a tile; wide
  /// products of integers are lowered upstream on one row only.
  int64_t rowsOf(Operation *root) {
    bool hasProduct = false;
    for (Operation *op : opsOfTile(root)) {
      if (isCsrProduct(op))
        return 1;
      hasProduct |= isDenseProduct(op);
      for (Operation &inner : *cast<linalg::LinalgOp>(op).getBlock())
        for (Type type : inner.getResultTypes())
          if (type.isInteger(32) || type.isInteger(64))
            return 1;
    }
    return hasProduct ? tiling.productRows : 1;
  }

  /// Vector registers that a row of the root's tile covers: fewer where an op's
  /// body needs many itself, but not below a csr product, whose inner loop is
  /// its own and walks over the non-zeros for each tile.
  int64_t rowRegistersOf(Operation *root) {
    int64_t registers = kRowRegisters;
    const SmallVector<Operation *> ops = opsOfTile(root);
    if (llvm::any_of(ops, isCsrProduct))
      return registers;
    for (Operation *op : ops)
      if (isElementwise(op))
        registers = vectorsAtATime(cast<linalg::LinalgOp>(op), tiling.registers,
                                   registers);
    return registers;
  }

  /// The loops of the dimensions of the root's result.
  static SmallVector<unsigned> resultLoops(TilingInterface root) {
    SmallVector<unsigned> loops;
    for (auto [loop, kind] : llvm::enumerate(root.getLoopIteratorTypes()))
      if (kind == utils::IteratorType::parallel)
        loops.push_back(loop);
    return loops;
  }

  static int64_t upperBoundOf(OpFoldResult size) {
    FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
        presburger::BoundType::UB, ValueBoundsConstraintSet::Variable(size),
        /*stopCondition=*/nullptr, /*closedUB=*/true);
    return succeeded(bound) ? *bound : std::numeric_limits<int64_t>::max();
  }

  /// How the root and what goes along is tiled.
  VectorTile tileOf(TilingInterface root, OpFoldResult columns) {
    const unsigned rank =
        cast<RankedTensorType>(root->getResult(0).getType()).getRank();
    if (sumKindOf(root) == SumKind::OfTerms) {
      const int64_t rows =
          tiling.registers >= kManyRegisters ? kTermSums : kFewTermSums;
      return {rank == 2 ? rows : 1, kTermSums, false};
    }
    const int64_t rows = rank == 2 ? rowsOf(root) : 1;
    const int64_t width =
        (rows > 1 ? kProductRegisters : rowRegistersOf(root)) * tiling.lanes;
    std::optional<int64_t> known = getConstantIntValue(columns);
    if (!known && upperBoundOf(columns) < width) // never a whole tile
      return {1, tiling.lanes, true};
    if (!known || *known >= width)
      return {rows, width, false};
    // One narrow vector a row.
    const auto narrow = int64_t(llvm::PowerOf2Ceil(*known));
    return {1, narrow, narrow != *known};
  }

  /// Whole tiles of registers first. Then what is left of the rows, in tiles of
  /// one row, and what is left of the columns, in tiles of one row and a
  /// register, which are masked (or of one element, for sums of terms).
  LogicalResult tileRoot(TilingInterface root) {
    if (cast<RankedTensorType>(root->getResult(0).getType()).getRank() == 0) {
      VectorTile().setOn(root);
      return success();
    }
    const bool inBlocks = llvm::any_of(opsOfTile(root), [&](Operation *op) {
      auto product = dyn_cast<linalg::GenericOp>(op);
      return product && isWorthBlocksOfRows(product, tiling.blocks);
    });
    if (inBlocks) {
      FailureOr<TilingInterface> block = takeBlockOfRows(root);
      if (failed(block))
        return failure();
      root = *block;
    }
    rewriter.setInsertionPoint(root);
    const VectorTile whole = tileOf(
        root, root.getIterationDomain(rewriter)[resultLoops(root).back()].size);
    const VectorTile masked = sumKindOf(root) == SumKind::OfTerms
                                  ? VectorTile{1, 1, false}
                                  : VectorTile{1, tiling.lanes, true};
    FailureOr<TileLoops> loops = tile(root, whole);
    if (failed(loops))
      return failure();
    if (whole.isMasked)
      return success();
    if (failed(splitLoop(loops->columns, whole.width, masked)) ||
        (loops->rows &&
         failed(splitLoop(loops->rows, whole.rows, {1, whole.width, false}))))
      return failure();
    if (whole.rows > 1)
      packOperands(rewriter, loops->columns, loops->rows, inBlocks,
                   tiling.batch, tiling.blocks);
    return success();
  }

  /// Keeps the whole tiles in `loop`, and tiles what is left as `restTile`.
  LogicalResult splitLoop(scf::ForOp loop, int64_t size, VectorTile restTile) {
    scf::ForOp rest = splitOffRest(rewriter, loop, size);
    return rest ? tileRest(rest, restTile) : success();
  }

  /// Tiles what a loop does once more.
  LogicalResult tileRest(scf::ForOp loop, VectorTile vectors) {
    Operation *root = nullptr;
    loop.walk([&](Operation *op) {
      if (!VectorTile::of(op))
        return;
      VectorTile::clear(op);
      if (op->hasOneUse())
        usedOnce.insert(op);
      root = op; // users come last
    });
    return tile(cast<TilingInterface>(root), vectors);
  }

  /// The loops over a root's tiles.
  struct TileLoops {
    scf::ForOp columns, rows; // no rows where the result has one dimension
  };

  /// Tiles the root and what goes along with it.
  FailureOr<TileLoops> tile(TilingInterface root, VectorTile vectors) {
    const SmallVector<unsigned> loops = resultLoops(root);
    const SmallVector<Operation *> joined = opsOfTile(root);
    SmallVector<OpFoldResult> sizes(root.getLoopIteratorTypes().size(),
                                    rewriter.getIndexAttr(0));
    sizes[loops.back()] = rewriter.getIndexAttr(vectors.width);
    if (loops.size() == 2)
      sizes[loops[0]] = rewriter.getIndexAttr(vectors.rows);
    // Columns outside where something is summed: their mask is the same for all
    // rows, and a product's right side stays near. Memory that is only passed
    // over is better read row by row.
    const bool areColumnsOutside =
        loops.size() == 2 && llvm::any_of(joined, [](Operation *op) {
          return isCsrProduct(op) || sumKindOf(op);
        });
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        fuseTiles(root, sizes, joined, areColumnsOutside,
                  /*gathersRows=*/vectors.rows == 1);
    if (failed(tiled))
      return failure();
    for (Operation *op : tiled->tiledAndFusedOps)
      vectors.setOn(op);
    auto loopAt = [&](size_t place) {
      return cast<scf::ForOp>(tiled->loops[place].getOperation());
    };
    if (loops.size() == 1)
      return TileLoops{loopAt(0), {}};
    return TileLoops{loopAt(!areColumnsOutside), loopAt(areColumnsOutside)};
  }

  /// A loop over blocks of rows of a large product's result: the root in it.
  FailureOr<TilingInterface> takeBlockOfRows(TilingInterface root) {
    SmallVector<OpFoldResult> sizes(root.getLoopIteratorTypes().size(),
                                    rewriter.getIndexAttr(0));
    sizes[resultLoops(root)[0]] = rewriter.getIndexAttr(tiling.blocks.rows);
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        fuseTiles(root, sizes, opsOfTile(root), /*swapsLoops=*/false,
                  /*gathersRows=*/false);
    if (failed(tiled))
      return failure();
    for (Operation *op : tiled->tiledAndFusedOps)
      if (op->hasOneUse())
        usedOnce.insert(op);
    return cast<TilingInterface>(tiled->tiledAndFusedOps.front());
  }

  FailureOr<scf::SCFTileAndFuseResult>
  fuseTiles(TilingInterface root, ArrayRef<OpFoldResult> sizes,
            ArrayRef<Operation *> joined, bool swapsLoops, bool gathersRows) {
    scf::SCFTileAndFuseOptions options;
    options.tilingOptions.setTileSizes(sizes);
    if (swapsLoops) {
      SmallVector<int64_t> order =
          llvm::to_vector(llvm::seq<int64_t>(0, sizes.size()));
      const SmallVector<unsigned> loops = resultLoops(root);
      std::swap(order[loops[0]], order[loops[1]]);
      options.tilingOptions.setInterchange(order);
    }
    options.setFusionControlFn(
        [&](tensor::ExtractSliceOp slice, OpResult producer, bool)
            -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
          Operation *op = producer.getOwner();
          if (tiling.joins && llvm::is_contained(joined, op) &&
              !(isRowGather(op) && !gathersRows) &&
              llvm::all_of(slice->getUses(), needsOneTile) &&
              sumKindOf(op) != SumKind::OfTerms)
            return scf::SCFTileAndFuseOptions::ControlFnResult{};
          return std::nullopt;
        });
    rewriter.setInsertionPoint(root);
    FailureOr<scf::SCFTileAndFuseResult> tiled =
        scf::tileConsumerAndFuseProducersUsingSCF(rewriter, root, options);
    if (failed(tiled))
      return failure();
    for (auto [old, replacement] : tiled->replacements)
      rewriter.replaceAllUsesWith(old, replacement);
    erase(root);
    return tiled;
  }

  void erase(Operation *op) {
    usedOnce.erase(op); // A new op may get its place in memory.
    rewriter.eraseOp(op);
  }

  RewriterBase &rewriter;
  RegisterTiling tiling;
  /// Ops of the block whose result has one use.
  DenseSet<Operation *> usedOnce;
};

} // namespace

LogicalResult mlc::tileForRegisters(RewriterBase &rewriter, Block &block,
                                    const RegisterTiling &tiling) {
  return RegisterTiler(rewriter, tiling).tileBlock(block);
}
