//===- LossSupport.cpp - What all losses share ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Losses.h"
#include "dialects/Graph/Shapes.h"
#include "dialects/Graph/TensorExpr.h"

using namespace mlir;
using namespace mlc::graph;

bool mlc::graph::isBatch(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() < 2 || tensor.getRank() > kMaxRank ||
      !tensor.getElementType().isF32() || !tensor.isDynamicDim(0))
    return false;
  if (tensor.getEncoding() && !(isCsr(tensor) && tensor.getRank() == 2))
    return false;
  return llvm::all_of(tensor.getShape().drop_front(),
                      [](int64_t size) { return size > 0; }) &&
         knownElements(tensor) < kMaxOfRow;
}

bool mlc::graph::isDenseBatch(Type type, int64_t columns) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return isBatch(type) && !tensor.getEncoding() &&
         tensor.getShape().back() >= columns;
}

static LogicalResult inferMean(MLIRContext *context,
                               SmallVectorImpl<Type> &inferred) {
  inferred.push_back(RankedTensorType::get({}, Float32Type::get(context)));
  return success();
}

LogicalResult mlc::graph::inferElementLoss(MLIRContext *context,
                                           std::optional<Location> location,
                                           ValueRange operands,
                                           SmallVectorImpl<Type> &inferred) {
  Type prediction = operands[0].getType(), label = operands[1].getType();
  if (!isBatch(prediction) || isCsr(prediction) || prediction != label)
    return emitOptionalError(location,
                             "expected predictions and labels to be dense "
                             "tensor<?xCxf32> of the same shape (C1), but got ",
                             prediction, " and ", label);
  return inferMean(context, inferred);
}

LogicalResult mlc::graph::inferClassLoss(MLIRContext *context,
                                         std::optional<Location> location,
                                         ValueRange operands,
                                         SmallVectorImpl<Type> &inferred) {
  if (!isDenseBatch(operands[0].getType(), 2))
    return emitOptionalError(
        location,
        "expected the logits to be a dense tensor<?xCxf32> "
        "with C of at least 2 (C1), but got ",
        operands[0].getType());
  auto logits = cast<RankedTensorType>(operands[0].getType());
  const Type classes = RankedTensorType::get(logits.getShape().drop_back(),
                                             IntegerType::get(context, 32));
  if (operands[1].getType() != classes)
    return emitOptionalError(location, "expected the labels to be ", classes,
                             ", a class for each row of logits (C2), but got ",
                             operands[1].getType());
  return inferMean(context, inferred);
}

Value LossOpInterface::buildTermCount(OpBuilder &b) {
  Location loc = getPrediction().getLoc();
  Value rows = tensor::DimOp::create(b, loc, getPrediction(), 0);
  Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(), rows);
  Value count = arith::SIToFPOp::create(b, loc, b.getF32Type(), wide);
  Value perRow = arith::ConstantOp::create(
      b, loc, b.getF32FloatAttr(static_cast<float>(getTermsPerRow())));
  return arith::MulFOp::create(b, loc, count, perRow);
}

Value LossOpInterface::buildWeighted(OpBuilder &b, Value values) {
  Value weight = getWeight();
  if (!weight)
    return values;
  if (weight.getType() != values.getType())
    weight = RepeatColumnOp::create(b, values.getLoc(), values.getType(),
                                    weight, values);
  return arith::MulFOp::create(b, values.getLoc(), values, weight);
}

void mlc::graph::differentiateLoss(LossOpInterface loss, Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  auto add = [&](Value operand, Value gradient) {
    Value count = loss.buildTermCount(b);
    Location loc = operand.getLoc();
    Value dl =
        tensor::ExtractOp::create(b, loc, gradients.ofResult(), ValueRange());
    Value scale = arith::DivFOp::create(b, loc, dl, count);
    TensorExpr ofTerms(b, loss.buildWeighted(b, gradient));
    gradients.add(operand, (ofTerms * ofTerms.spread(scale)).value());
  };
  if (gradients.wants(loss.getPrediction()))
    add(loss.getPrediction(), loss.buildPredictionGradient(b));
  if (!gradients.wants(loss.getLabel()))
    return;
  if (Value gradient = loss.buildLabelGradient(b))
    add(loss.getLabel(), gradient);
}
