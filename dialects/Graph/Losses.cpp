//===- Losses.cpp - Losses: types, gradients ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"

using namespace mlir;
using namespace mlc::graph;

/// A dense tensor<?xCxf32> with C of at least `columns`.
static bool isDenseBatch(Type type, int64_t columns) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 2 && tensor.getElementType().isF32() &&
         tensor.isDynamicDim(0) && !tensor.isDynamicDim(1) &&
         tensor.getDimSize(1) >= columns && !tensor.getEncoding();
}

static LogicalResult inferMean(MLIRContext *context,
                               SmallVectorImpl<Type> &inferred) {
  inferred.push_back(RankedTensorType::get({}, Float32Type::get(context)));
  return success();
}

static LogicalResult inferElementLoss(MLIRContext *context,
                                      std::optional<Location> location,
                                      ValueRange operands,
                                      SmallVectorImpl<Type> &inferred) {
  Type prediction = operands[0].getType(), label = operands[1].getType();
  if (!isDenseBatch(prediction, 1) || prediction != label)
    return emitOptionalError(location,
                             "expected predictions and labels to be dense "
                             "tensor<?xCxf32> of the same shape (C1), but got ",
                             prediction, " and ", label);
  return inferMean(context, inferred);
}

/// `gradient` is that of a sum over `termsPerRow` terms a row of `operand`; the
/// loss is their mean.
static TensorExpr ofMean(Gradients &gradients, TensorExpr gradient,
                         Value operand, int64_t termsPerRow) {
  OpBuilder &b = gradients.builder();
  Location loc = operand.getLoc();
  Value rows = tensor::DimOp::create(b, loc, operand, 0);
  Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(), rows);
  Value count = arith::SIToFPOp::create(b, loc, b.getF32Type(), wide);
  Value perRow = arith::ConstantOp::create(
      b, loc, b.getF32FloatAttr(static_cast<float>(termsPerRow)));
  Value terms = arith::MulFOp::create(b, loc, count, perRow);
  Value dl =
      tensor::ExtractOp::create(b, loc, gradients.ofResult(), ValueRange());
  Value scale = arith::DivFOp::create(b, loc, dl, terms);
  return gradient * gradient.spread(scale);
}

//===----------------------------------------------------------------------===//
// BceWithLogitsOp
//===----------------------------------------------------------------------===//

LogicalResult BceWithLogitsOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange,
    SmallVectorImpl<Type> &inferred) {
  return inferElementLoss(context, location, operands, inferred);
}

void BceWithLogitsOp::differentiate(Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  TensorExpr y(b, getPrediction()), t(b, getLabel());
  const int64_t columns = getPrediction().getType().getDimSize(1);
  if (gradients.wants(getPrediction()))
    gradients.add(
        getPrediction(),
        ofMean(gradients, sigmoid(y) - t, getPrediction(), columns).value());
  if (gradients.wants(getLabel()))
    gradients.add(getLabel(),
                  ofMean(gradients, y * -1.0, getLabel(), columns).value());
}

//===----------------------------------------------------------------------===//
// CrossEntropyOp
//===----------------------------------------------------------------------===//

LogicalResult CrossEntropyOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange,
    SmallVectorImpl<Type> &inferred) {
  if (!isDenseBatch(operands[0].getType(), 2))
    return emitOptionalError(
        location,
        "expected the logits to be a dense tensor<?xCxf32> "
        "with C of at least 2 (C1), but got ",
        operands[0].getType());
  auto label = dyn_cast<RankedTensorType>(operands[1].getType());
  if (!label || label.getRank() != 1 || !label.isDynamicDim(0) ||
      !label.getElementType().isSignlessInteger(32))
    return emitOptionalError(location,
                             "expected the labels to be tensor<?xi32> (C2), "
                             "but got ",
                             operands[1].getType());
  return inferMean(context, inferred);
}

void CrossEntropyOp::differentiate(Gradients &gradients) {
  if (!gradients.wants(getPrediction()))
    return;
  OpBuilder &b = gradients.builder();
  TensorExpr p(b, SoftmaxOp::create(b, getLoc(), getPrediction()));
  TensorExpr t(
      b, OneHotOp::create(b, getLoc(), getPrediction().getType(), getLabel()));
  gradients.add(
      getPrediction(),
      ofMean(gradients, p - t, getPrediction(), /*termsPerRow=*/1).value());
}

//===----------------------------------------------------------------------===//
// MseOp
//===----------------------------------------------------------------------===//

LogicalResult MseOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> location,
                                      ValueRange operands, DictionaryAttr,
                                      OpaqueProperties, RegionRange,
                                      SmallVectorImpl<Type> &inferred) {
  return inferElementLoss(context, location, operands, inferred);
}

void MseOp::differentiate(Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  TensorExpr y(b, getPrediction()), t(b, getLabel());
  const int64_t columns = getPrediction().getType().getDimSize(1);
  if (gradients.wants(getPrediction()))
    gradients.add(
        getPrediction(),
        ofMean(gradients, (y - t) * 2.0, getPrediction(), columns).value());
  if (gradients.wants(getLabel()))
    gradients.add(
        getLabel(),
        ofMean(gradients, (t - y) * 2.0, getLabel(), columns).value());
}
