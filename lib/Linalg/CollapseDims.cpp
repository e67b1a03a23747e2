//===- CollapseDims.cpp - Loops over rows and columns ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchSize.h"
#include "LoopOperands.h"
#include "Loops.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SetVector.h"

namespace mlc {
#define GEN_PASS_DEF_COLLAPSEDIMS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

bool isReshape(Operation *op) {
  return isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op);
}

/// Whether an argument can have the shape that a reshape gives: one of a
/// parameter, or one that has the batch's rows and no other size that is not
/// known, which entry points would have to compute.
bool suitsArguments(Operation *op) {
  auto groups = [&] {
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
      return collapse.getReassociationIndices();
    return cast<tensor::ExpandShapeOp>(op).getReassociationIndices();
  }();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  return type.hasStaticShape() ||
         (groups.front().size() == 1 &&
          llvm::none_of(type.getShape().drop_front(), ShapedType::isDynamic));
}

bool isOfHighRank(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getRank() > 2;
}

/// Whether each element is computed from those at its own place, wherever the
/// dimensions end.
bool isFlat(linalg::LinalgOp op) {
  return isa<linalg::GenericOp>(op) && !op.hasIndexSemantics() &&
         op.getNumParallelLoops() == op.getNumLoops() &&
         llvm::all_of(op.getIndexingMapsArray(),
                      [](AffineMap map) { return map.isIdentity(); });
}

/// Whether `op` is of more than two dimensions, and not flat.
bool hasDims(Operation *op) {
  auto loop = dyn_cast_or_null<linalg::LinalgOp>(op);
  return loop && llvm::any_of(op->getOperands(), isOfHighRank) && !isFlat(loop);
}

/// Whether a flat `op` would be kept apart by a reshape from a loop in which
/// dimensions matter.
bool servesDims(Operation *op) {
  return llvm::any_of(op->getUsers(), hasDims) ||
         llvm::any_of(op->getOperands(), [](Value operand) {
           return hasDims(operand.getDefiningOp());
         });
}

class CollapseDimsPass : public mlc::impl::CollapseDimsBase<CollapseDimsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal() || !hasOtherShapes(function))
      return;
    // A tensor of one scalar would be reshaped, too.
    if (failed(simplifyLoopOperands(function)) ||
        failed(foldReshapes(function)) || failed(collapse(function)) ||
        failed(foldReshapes(function)))
      return signalPassFailure();
    unifyBatchSize(function); // also of what is to be an argument's only use
    while (reshapeArgument(function) || reshapeResult(function))
      ;
  }

  static bool hasOtherShapes(func::FuncOp function) {
    if (llvm::any_of(function.getArguments(), isOfHighRank))
      return true;
    WalkResult walk = function.walk([](Operation *op) {
      return isReshape(op) || llvm::any_of(op->getResults(), isOfHighRank)
                 ? WalkResult::interrupt()
                 : WalkResult::advance();
    });
    return walk.wasInterrupted();
  }

  /// Element-wise loops beside a reshape get the shape on its other side, until
  /// reshapes meet and cancel; but not those that would then be kept apart from
  /// loops in which dimensions matter.
  LogicalResult foldReshapes(func::FuncOp function) {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateFoldReshapeOpsByCollapsingPatterns(
        patterns, [](OpOperand *operand) {
          auto producer = operand->get().getDefiningOp<linalg::LinalgOp>();
          auto consumer = dyn_cast<linalg::LinalgOp>(operand->getOwner());
          linalg::LinalgOp loop = consumer ? consumer : producer;
          return isFlat(loop) && !servesDims(loop);
        });
    tensor::populateFoldTensorEmptyPatterns(patterns);
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
    linalg::FillOp::getCanonicalizationPatterns(patterns, context);
    return applyPatternsGreedily(function, std::move(patterns));
  }

  /// Element-wise loops that are still of more than two dimensions. Those that
  /// lead to or from loops that must be are left as they are: a reshape between
  /// them would keep them apart.
  static LogicalResult collapse(func::FuncOp function) {
    llvm::SetVector<Operation *> high, kept;
    function.walk([&](linalg::LinalgOp op) {
      if (llvm::any_of(op->getOperands(), isOfHighRank))
        high.insert(op);
      if (hasDims(op))
        kept.insert(op);
    });
    for (size_t i = 0; i < kept.size(); ++i) {
      auto keep = [&](Operation *neighbour) {
        if (high.contains(neighbour))
          kept.insert(neighbour);
      };
      for (Value operand : kept[i]->getOperands())
        if (Operation *producer = operand.getDefiningOp())
          keep(producer);
      for (Operation *user : kept[i]->getUsers())
        keep(user);
    }
    IRRewriter rewriter(function.getContext());
    for (Operation *op : high) {
      if (kept.contains(op))
        continue;
      auto loop = cast<linalg::LinalgOp>(op);
      const ReassociationIndices columns(
          llvm::to_vector<2>(llvm::seq<int64_t>(1, loop.getNumLoops())));
      rewriter.setInsertionPoint(op);
      FailureOr<linalg::CollapseResult> collapsed =
          linalg::collapseOpIterationDims(loop, {{0}, columns}, rewriter);
      if (failed(collapsed))
        return op->emitError("cannot become a loop over rows and columns");
      rewriter.replaceOp(op, collapsed->results);
    }
    return success();
  }

  /// The type in which alone `argument` is seen; null where there is none.
  static Type seenAs(BlockArgument argument) {
    Type type;
    for (Operation *user : argument.getUsers()) {
      auto dim = dyn_cast<tensor::DimOp>(user);
      if (dim && dim.getConstantIndex() == 0) // the batch, in any shape
        continue;
      Type seen = isReshape(user) && suitsArguments(user)
                      ? user->getResult(0).getType()
                      : Type();
      if (!seen || (type && seen != type))
        return {};
      type = seen;
    }
    return type;
  }

  /// The number of the result that overwrites `argument`.
  static std::optional<unsigned> findUpdate(func::FuncOp function,
                                            BlockArgument argument) {
    StringRef role = steps::roleOf(argument);
    if (role != steps::kParameter && role != steps::kState)
      return std::nullopt;
    auto left = llvm::count_if(
        function.getArguments().take_front(argument.getArgNumber()),
        [&](BlockArgument other) { return steps::roleOf(other) == role; });
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      if (steps::resultRole(function, i) == role && left-- == 0)
        return i;
    return std::nullopt;
  }

  static void setTypes(func::FuncOp function) {
    Block &block = function.getBody().front();
    function.setType(
        FunctionType::get(function.getContext(), block.getArgumentTypes(),
                          block.getTerminator()->getOperandTypes()));
  }

  /// An argument that is only seen in another shape has that shape: its memory
  /// is the same. What overwrites it must have it, too.
  static bool reshapeArgument(func::FuncOp function) {
    Operation *end = function.getBody().front().getTerminator();
    for (BlockArgument argument : function.getArguments()) {
      std::optional<unsigned> update = findUpdate(function, argument);
      Operation *written =
          update ? end->getOperand(*update).getDefiningOp() : nullptr;
      if (update && !isReshape(written))
        continue;
      Type type = argument.use_empty() && update
                      ? written->getOperand(0).getType()
                      : seenAs(argument);
      if (!type || (update && written->getOperand(0).getType() != type))
        continue;
      argument.setType(type);
      for (Operation *user : llvm::make_early_inc_range(argument.getUsers())) {
        if (!isReshape(user))
          continue;
        user->getResult(0).replaceAllUsesWith(argument);
        user->erase();
      }
      if (update)
        end->setOperand(*update, written->getOperand(0));
      setTypes(function);
      return true;
    }
    return false;
  }

  /// So has what is no argument's new value.
  static bool reshapeResult(func::FuncOp function) {
    Operation *end = function.getBody().front().getTerminator();
    for (OpOperand &operand : end->getOpOperands()) {
      const StringRef role =
          steps::resultRole(function, operand.getOperandNumber());
      Operation *reshape = operand.get().getDefiningOp();
      if (!isReshape(reshape) || !suitsArguments(reshape) || role.empty() ||
          role == steps::kParameter || role == steps::kState)
        continue;
      operand.set(reshape->getOperand(0));
      setTypes(function);
      return true;
    }
    return false;
  }
};

} // namespace
