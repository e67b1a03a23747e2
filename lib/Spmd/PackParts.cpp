//===- PackParts.cpp - A worker's part of a matrix as one piece -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Mlc/Mlc.h"
#include "lib/CostModel.h"
#include "lib/Support/Bounds.h"
#include "lib/Support/Explain.h"
#include "lib/Tile/Shards.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlc {
#define GEN_PASS_DEF_PACKPARTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// A matrix of which each worker only touches the columns of its shards.
struct Matrix {
  Value buffer;
  /// One in each forall that touches it: [0, variable] [rows, columns].
  SmallVector<memref::SubViewOp> parts;
  /// Of its columns, in all these foralls.
  std::optional<Shards> shards;

  MemRefType type() const { return cast<MemRefType>(buffer.getType()); }
};

bool isWorthKeeping(MemRefType type, const CostModel &costs) {
  return type.hasStaticShape() &&
         type.getNumElements() * type.getElementTypeBitWidth() / 8 <=
             costs.mostPackedBytes;
}

/// Ops that take a memref of any strides.
bool takesAnyStrides(Operation *op) {
  if (auto view = dyn_cast<memref::SubViewOp>(op))
    return llvm::all_of(view->getUsers(), takesAnyStrides);
  return isa<vector::TransferReadOp, vector::TransferWriteOp, memref::LoadOp,
             memref::StoreOp>(op);
}

/// Whether `view` is the columns of an iteration of `forall`, which is over all
/// columns. An iteration is one worker's where its size follows from how many
/// there are.
bool isPart(memref::SubViewOp view, scf::ForallOp forall, int64_t columns) {
  if (getConstantIntValue(forall.getMixedUpperBound()[0]) != columns ||
      getConstantIntValue(forall.getMixedStep()[0]) || !view.hasUnitStride())
    return false;
  SmallVector<OpFoldResult> offsets = view.getMixedOffsets();
  return view.getType().getRank() == 2 &&
         getConstantIntValue(offsets[0]) == 0 &&
         dyn_cast<Value>(offsets[1]) == forall.getInductionVar(0) &&
         view.getSourceType().getDimSize(0) == view.getType().getDimSize(0) &&
         llvm::all_of(view->getUsers(), takesAnyStrides);
}

/// The shards of the columns of which `view` is one worker's; nothing where it
/// is something else.
std::optional<Shards> shardsOfPart(memref::SubViewOp view, int64_t columns) {
  auto forall = view->getParentOfType<scf::ForallOp>();
  if (!forall)
    return std::nullopt;
  std::optional<Shards> shards = shardsOf(forall); // so of one dimension
  return shards && isPart(view, forall, columns) ? shards : std::nullopt;
}

class PackPartsPass : public mlc::impl::PackPartsBase<PackPartsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal() || function->hasAttr(steps::kIndependent))
      return;
    SmallVector<Matrix> step, kept;
    for (BlockArgument argument : function.getArguments()) {
      StringRef role = steps::roleOf(argument);
      if (role == steps::kWorkers)
        workers_ = argument;
      if (role == steps::kParameter || role == steps::kState)
        addIfSplit(argument, kept);
    }
    const CostModel costs = CostModel::of(function);
    llvm::erase_if(kept, [&](Matrix &matrix) {
      const bool isWorth = isWorthKeeping(matrix.type(), costs);
      explainKept(function, matrix, isWorth, costs);
      return !isWorth;
    });
    if (!workers_)
      return;
    function.walk([&](memref::AllocOp alloc) {
      if (!memoryOf(alloc))
        addIfSplit(alloc, step);
    });
    for (Matrix &matrix : step)
      for (memref::SubViewOp part : matrix.parts)
        pack(part, matrix.buffer);
    if (kept.empty())
      return;
    auto flag = IntegerType::get(&getContext(), 1);
    Value begins = steps::addArgument(function, flag, steps::kCallBegins);
    Value ends = steps::addArgument(function, flag, steps::kCallEnds);
    for (Matrix &matrix : kept)
      keepPacked(function, matrix, begins, ends);
  }

  static void explainKept(func::FuncOp step, const Matrix &matrix, bool isKept,
                          const CostModel &costs) {
    explain(step, "pack", matrix.buffer.getLoc())
        << remark::add("each worker's columns of {0} are {1} together during a "
                       "call: at most {2} bytes of a matrix are",
                       sizesOf(matrix.type().getShape()),
                       isKept ? "kept" : "not kept", costs.mostPackedBytes);
  }

  static void addIfSplit(Value buffer, SmallVectorImpl<Matrix> &matrices) {
    auto type = dyn_cast<MemRefType>(buffer.getType());
    if (!type || type.getRank() != 2 || type.isDynamicDim(1) ||
        buffer.use_empty() || !boundOf(buffer, 0))
      return;
    Matrix matrix{buffer, {}, {}};
    for (Operation *user : buffer.getUsers()) {
      auto view = dyn_cast<memref::SubViewOp>(user);
      auto shards = view ? shardsOfPart(view, type.getDimSize(1))
                         : std::optional<Shards>();
      if (!shards || (matrix.shards && *shards != *matrix.shards))
        return;
      matrix.shards = shards;
      matrix.parts.push_back(view);
    }
    matrices.push_back(matrix);
  }

  /// Columns [from, from + columns) of all rows of `buffer`, which lie there
  /// behind those of the workers before: row by row, without gaps.
  Value packed(OpBuilder &b, Location loc, Value buffer, Value from,
               OpFoldResult rows, OpFoldResult columns) {
    auto source = cast<MemRefType>(buffer.getType());
    // The most rows: a part lies at the same place in every step, since other
    // workers may still be at the step before.
    const int64_t most = *boundOf(buffer, 0);
    Value offset = arith::MulIOp::create(
        b, loc, from, arith::ConstantIndexOp::create(b, loc, most));
    auto layout = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic,
                                         {ShapedType::kDynamic, 1});
    auto type = MemRefType::get({source.getDimSize(0), ShapedType::kDynamic},
                                source.getElementType(), layout);
    return memref::ReinterpretCastOp::create(
        b, loc, type, buffer, OpFoldResult(offset),
        ArrayRef<OpFoldResult>{rows, columns},
        ArrayRef<OpFoldResult>{columns, b.getIndexAttr(1)});
  }

  /// Has the users of `part` use the packed columns in `buffer`.
  void pack(memref::SubViewOp part, Value buffer) {
    OpBuilder b(part);
    auto forall = part->getParentOfType<scf::ForallOp>();
    Value view = packed(b, part.getLoc(), buffer, forall.getInductionVar(0),
                        part.getMixedSizes()[0], part.getMixedSizes()[1]);
    replaceView(part, view);
  }

  static void replaceView(memref::SubViewOp old, Value view) {
    for (Operation *user : llvm::make_early_inc_range(old->getUsers())) {
      auto inner = dyn_cast<memref::SubViewOp>(user);
      if (!inner) {
        user->replaceUsesOfWith(old, view);
        continue;
      }
      OpBuilder b(inner);
      replaceView(inner, memref::SubViewOp::create(
                             b, inner.getLoc(), view, inner.getMixedOffsets(),
                             inner.getMixedSizes(), inner.getMixedStrides()));
    }
    old.erase();
  }

  /// Packs a matrix when a call of the program begins and unpacks it when the
  /// call ends; in between the steps use what is packed.
  void keepPacked(func::FuncOp function, Matrix &matrix, Value begins,
                  Value ends) {
    OpBuilder b(function.getBody());
    MemRefType type = matrix.type();
    Value store = memref::AllocOp::create(b, function.getLoc(), type);
    for (memref::SubViewOp part : matrix.parts)
      pack(part, store);
    copyParts(b, matrix, store, begins, /*toStore=*/true);
    b.setInsertionPoint(function.getBody().front().getTerminator());
    copyParts(b, matrix, store, ends, /*toStore=*/false);
  }

  void copyParts(OpBuilder &b, const Matrix &matrix, Value store,
                 Value condition, bool toStore) {
    Location loc = matrix.buffer.getLoc();
    MemRefType type = matrix.type();
    const int64_t columns = type.getDimSize(1);
    OpFoldResult step = unitsOfWorker(b, loc, *matrix.shards, workers_);
    auto forall = scf::ForallOp::create(
        b, loc, ArrayRef<OpFoldResult>{b.getIndexAttr(0)},
        ArrayRef<OpFoldResult>{b.getIndexAttr(columns)},
        ArrayRef<OpFoldResult>{step}, ValueRange(), std::nullopt);
    noteShards(forall, *matrix.shards);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(forall.getBody());
    Value from = forall.getInductionVar(0);
    AffineExpr s0 = b.getAffineSymbolExpr(0), s1 = b.getAffineSymbolExpr(1);
    OpFoldResult count = affine::makeComposedFoldedAffineMin(
        b, loc,
        AffineMap::get(0, 2, {s0, b.getAffineConstantExpr(columns) - s1},
                       b.getContext()),
        {step, from});
    auto branch = scf::IfOp::create(b, loc, condition, /*withElse=*/false);
    b.setInsertionPointToStart(branch.thenBlock());
    OpFoldResult rows = b.getIndexAttr(type.getDimSize(0));
    Value part = packed(b, loc, store, from, rows, count);
    Value all = memref::SubViewOp::create(
        b, loc, matrix.buffer, ArrayRef<OpFoldResult>{b.getIndexAttr(0), from},
        ArrayRef<OpFoldResult>{rows, count},
        ArrayRef<OpFoldResult>{b.getIndexAttr(1), b.getIndexAttr(1)});
    memref::CopyOp::create(b, loc, toStore ? all : part, toStore ? part : all);
  }

  Value workers_;
};

} // namespace
