//===- Bounds.cpp - How large sizes can be --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bounds.h"
#include "mlc/StepRoles.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace mlc;

using Bound = std::optional<int64_t>;

/// What upstream's constraints on values say.
static Bound byConstraints(const ValueBoundsConstraintSet::Variable &size) {
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, size, /*stopCondition=*/nullptr,
      /*closedUB=*/true);
  return succeeded(bound) ? Bound(*bound) : std::nullopt;
}

static Bound sum(Bound x, Bound y) {
  int64_t result = 0;
  if (!x || !y || llvm::AddOverflow(*x, *y, result))
    return std::nullopt;
  return result;
}

static Bound product(Bound x, Bound y) {
  int64_t result = 0;
  if (!x || !y || llvm::MulOverflow(*x, *y, result))
    return std::nullopt;
  return result;
}

/// The smaller of those that are known.
static Bound smaller(Bound x, Bound y) {
  return x && y ? std::min(*x, *y) : x ? x : y;
}

/// Of an expression of operands that are not negative; divisors are at least 1.
static Bound ofExpr(AffineExpr expr, unsigned dims, ValueRange operands) {
  auto of = [&](AffineExpr part) { return ofExpr(part, dims, operands); };
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return boundOf(OpFoldResult(operands[dim.getPosition()]));
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return boundOf(OpFoldResult(operands[dims + symbol.getPosition()]));
  auto binary = cast<AffineBinaryOpExpr>(expr);
  auto right = dyn_cast<AffineConstantExpr>(binary.getRHS());
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return sum(of(binary.getLHS()), of(binary.getRHS()));
  case AffineExprKind::Mul:
    if (right && right.getValue() < 0)
      return 0;
    return product(of(binary.getLHS()), of(binary.getRHS()));
  case AffineExprKind::Mod:
    return right ? Bound(right.getValue() - 1) : of(binary.getLHS());
  case AffineExprKind::FloorDiv:
  case AffineExprKind::CeilDiv: {
    Bound left = of(binary.getLHS());
    if (!left || !right || *left < 0)
      return left;
    return expr.getKind() == AffineExprKind::FloorDiv
               ? *left / right.getValue()
               : int64_t(llvm::divideCeil(*left, right.getValue()));
  }
  default:
    return std::nullopt;
  }
}

static Bound ofSmallest(AffineMap map, ValueRange operands) {
  Bound bound;
  for (AffineExpr expr : map.getResults())
    bound = smaller(bound, ofExpr(expr, map.getNumDims(), operands));
  return bound;
}

static Bound ofOp(Operation *op) {
  auto operand = [&](unsigned index) {
    return boundOf(OpFoldResult(op->getOperand(index)));
  };
  return llvm::TypeSwitch<Operation *, Bound>(op)
      .Case<tensor::DimOp, memref::DimOp>([](auto dim) -> Bound {
        Bound index = dim.getConstantIndex();
        return index ? boundOf(dim.getSource(), *index) : std::nullopt;
      })
      .Case<affine::AffineApplyOp, affine::AffineMinOp>([](auto apply) {
        return ofSmallest(apply.getAffineMap(), apply.getMapOperands());
      })
      .Case<arith::AddIOp>([&](auto) { return sum(operand(0), operand(1)); })
      .Case<arith::MulIOp>(
          [&](auto) { return product(operand(0), operand(1)); })
      .Case<arith::MinUIOp, arith::MinSIOp>(
          [&](auto) { return smaller(operand(0), operand(1)); })
      .Case<arith::CeilDivUIOp, arith::DivUIOp, arith::SubIOp,
            arith::IndexCastOp>([&](auto) { return operand(0); })
      .Default([](Operation *) { return std::nullopt; });
}

Bound mlc::boundOf(OpFoldResult index) {
  if (Bound known = getConstantIntValue(index))
    return known;
  auto value = cast<Value>(index);
  if (value.getType().isIndex())
    if (Bound bound = byConstraints(value))
      return bound;
  if (Operation *op = value.getDefiningOp())
    return ofOp(op);
  auto argument = cast<BlockArgument>(value);
  auto length = argument.getOwner()->getParentOp()->getAttrOfType<IntegerAttr>(
      steps::kMostLength);
  return length && steps::roleOf(argument) == steps::kLength
             ? Bound(length.getInt())
             : std::nullopt;
}

/// Only a batch's rows are of a number that a step's argument says; a data set
/// has any number. Of the other sizes the rows' length may be unknown.
static Bound ofArgument(BlockArgument argument, int64_t dim) {
  Operation *function = argument.getOwner()->getParentOp();
  if (dim != 0) {
    auto most = function->getAttrOfType<IntegerAttr>(steps::kMostLength);
    return most ? Bound(most.getInt()) : std::nullopt;
  }
  std::optional<Role> role = roleNamed(steps::roleOf(argument));
  if (role && (infoOf(*role).form == RoleForm::DataSet ||
               infoOf(*role).advance == RoleAdvance::None))
    return std::nullopt;
  auto batch = function->getAttrOfType<IntegerAttr>(steps::kBatch);
  return batch ? Bound(batch.getInt()) : std::nullopt;
}

/// The value whose sizes `shaped` has, one that stands before it; null where
/// there is none.
static Value sameShape(Value shaped) {
  if (auto argument = dyn_cast<BlockArgument>(shaped)) {
    auto loop =
        dyn_cast<LoopLikeOpInterface>(argument.getOwner()->getParentOp());
    OpOperand *init = loop ? loop.getTiedLoopInit(argument) : nullptr;
    return init ? init->get() : Value();
  }
  auto result = cast<OpResult>(shaped);
  Operation *op = result.getOwner();
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op)) {
    OpOperand *init = loop.getTiedLoopInit(result);
    return init ? init->get() : Value();
  }
  if (auto dps = dyn_cast<DestinationStyleOpInterface>(op))
    return dps.getTiedOpOperand(result)->get();
  if (isa<tensor::CastOp, memref::CastOp, bufferization::ToTensorOp,
          bufferization::ToBufferOp>(op))
    return op->getOperand(0);
  return {};
}

/// The size of dimension `dim` of a slice, where some are dropped.
static Bound ofSlice(OffsetSizeAndStrideOpInterface slice,
                     const llvm::SmallBitVector &dropped, int64_t dim) {
  for (auto [place, size] : llvm::enumerate(slice.getMixedSizes()))
    if (!dropped[place] && dim-- == 0)
      return boundOf(size);
  return std::nullopt;
}

template <typename CollapseOp>
static Bound ofGroup(CollapseOp op, int64_t dim) {
  Bound elements = 1;
  const ReassociationIndices group = op.getReassociationIndices()[dim];
  for (int64_t inner : group)
    elements = product(elements, boundOf(op.getSrc(), inner));
  return elements;
}

static Bound ofDim(Operation *op, int64_t dim) {
  return llvm::TypeSwitch<Operation *, Bound>(op)
      .Case<tensor::EmptyOp, memref::AllocOp,
            bufferization::AllocTensorOp>([&](auto made) {
        return boundOf(OpFoldResult(
            made.getDynamicSizes()[made.getType().getDynamicDimIndex(dim)]));
      })
      .Case<memref::ViewOp>([&](auto view) {
        return boundOf(OpFoldResult(
            view.getSizes()[view.getType().getDynamicDimIndex(dim)]));
      })
      .Case<tensor::CollapseShapeOp, memref::CollapseShapeOp>(
          [&](auto collapse) { return ofGroup(collapse, dim); })
      .Case<tensor::ExpandShapeOp, memref::ExpandShapeOp>([&](auto expand) {
        return boundOf(expand.getMixedOutputShape()[dim]);
      })
      .Case<tensor::ExtractSliceOp, memref::SubViewOp>([&](auto slice) {
        return ofSlice(slice, slice.getDroppedDims(), dim);
      })
      .Case<memref::ReinterpretCastOp>(
          [&](auto view) { return boundOf(view.getMixedSizes()[dim]); })
      .Default([](Operation *) { return std::nullopt; });
}

Bound mlc::boundOf(Value shaped, int64_t dim) {
  auto type = cast<ShapedType>(shaped.getType());
  if (!type.isDynamicDim(dim))
    return type.getDimSize(dim);
  if (Bound bound = byConstraints({shaped, dim}))
    return bound;
  if (Value same = sameShape(shaped))
    return boundOf(same, dim);
  if (Operation *op = shaped.getDefiningOp())
    return ofDim(op, dim);
  auto argument = cast<BlockArgument>(shaped);
  const bool isOfStep =
      isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return isOfStep ? ofArgument(argument, dim) : std::nullopt;
}

Bound mlc::boundOfLoop(linalg::LinalgOp op, unsigned loop) {
  Value operand;
  unsigned dim = 0;
  if (failed(op.mapIterationSpaceDimToOperandDim(loop, operand, dim)))
    return std::nullopt;
  return boundOf(operand, dim);
}
