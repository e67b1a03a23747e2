//===- PathMode.cpp - Gradients along a straight line of inputs -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Autodiff/PathMode.h"

#include "dialects/Graph/TensorExpr.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

PathValues::PathValues(Block &block, Value input) {
  affine.insert(input);
  for (Operation &op : block) {
    auto isOf = [&](const DenseSet<Value> &set) {
      return [&](Value operand) { return set.contains(operand); };
    };
    const bool hasCurved = llvm::any_of(op.getOperands(), isOf(curved));
    if (!hasCurved && llvm::none_of(op.getOperands(), isOf(affine)))
      continue;
    if (isa<tensor::DimOp>(op)) // Sizes do not move.
      continue;
    // Conditions change, but have no gradient.
    SmallVector<Value> moved;
    for (Value result : op.getResults())
      if (isa<FloatType>(getElementTypeOrSelf(result.getType())))
        moved.push_back(result);
    const bool isStraight = isa<AffineOpInterface>(op);
    if (isStraight && !hasCurved) {
      affine.insert(moved.begin(), moved.end());
      affineOps.push_back(&op);
      continue;
    }
    if (!isStraight && (hasCurved || !isa<CurvedOpInterface>(op)))
      areClosed = false;
    curved.insert(moved.begin(), moved.end());
    otherOps.push_back(&op);
  }
}

/// (1 - place) * baseline + place * value: exactly these at 0 and at 1.
Value PathMode::Line::at(OpBuilder &b, Value value, Value place) const {
  TensorExpr there(b, value), base(b, atBaseline.lookup(value));
  TensorExpr share = there.spread(place);
  TensorExpr rest = 1.0 - share;
  TensorExpr ofBase = rest * base;
  return (ofBase + share * there).value();
}

void PathMode::evaluateAtBaseline(const PathValues &values, Line &line) {
  for (Operation *op : values.affineOps) {
    OpBuilder b(op->getContext());
    b.setInsertionPointAfter(op);
    SmallVector<Value> operands =
        llvm::map_to_vector(op->getOperands(), [&](Value operand) {
          return values.isAffine(operand) ? line.atBaseline.lookup(operand)
                                          : operand;
        });
    line.atBaseline[op->getResult(0)] =
        cast<AffineOpInterface>(op).buildWith(b, operands);
  }
}

void PathMode::moveToEnd(const PathValues &values, Line &line) {
  DenseMap<Value, Value> moved;
  for (Operation *op : values.otherOps)
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (!values.isAffine(value))
        continue;
      Value &there = moved[value];
      if (!there) {
        OpBuilder b(op);
        there = line.at(b, value, line.end);
        line.affineOf[there] = value;
      }
      operand.set(there);
    }
}

PathMode PathMode::make(OpBuilder &builder, PathValues &values, Value input,
                        Value baseline, Value begin, Value end, Block &block) {
  Line line;
  line.input = input;
  line.begin = begin;
  line.end = end;
  line.atBaseline[input] = baseline;
  line.isClosed = values.areClosed;
  evaluateAtBaseline(values, line);
  if (!line.isClosed)
    moveToEnd(values, line);
  return PathMode(builder, block, std::move(line));
}

Value PathMode::atBegin(Value operand) {
  if (!line_.atBaseline.contains(operand))
    return operand;
  Value &made = begins_[operand];
  if (!made)
    made = line_.at(builder(), operand, line_.begin);
  return made;
}

Value PathMode::atEnd(Value operand) {
  if (!line_.atBaseline.contains(operand))
    return operand;
  Value &made = ends_[operand];
  if (!made)
    made = line_.at(builder(), operand, line_.end);
  return made;
}

void PathMode::add(Value operand, Value contribution) {
  // How fast a value moves along the line is no part of its gradient.
  if (Value value = line_.affineOf.lookup(operand))
    operand = value;
  ReverseMode::add(operand, contribution);
}

LogicalResult PathMode::differentiate(Operation *op) {
  if (line_.isClosed)
    if (auto curved = dyn_cast<CurvedOpInterface>(op)) {
      curved.differentiateAlong(*this, *this);
      return success();
    }
  return ReverseMode::differentiate(op);
}
