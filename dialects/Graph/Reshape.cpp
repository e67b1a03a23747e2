//===- Reshape.cpp - The same elements in another shape -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"
#include "dialects/Graph/TensorExpr.h"

using namespace mlir;
using namespace mlc::graph;

/// Whether `type` has a size other than a first one that is not known.
static bool hasUnknownSize(RankedTensorType type) {
  return llvm::any_of(type.getShape().drop_front(), ShapedType::isDynamic);
}

LogicalResult ReshapeOp::verify() {
  RankedTensorType from = getInput().getType(), to = getType();
  for (RankedTensorType type : {from, to})
    if (type.getRank() < 1 || type.getRank() > kMaxRank)
      return emitOpError("expected one to ")
             << kMaxRank << " dimensions (C2), but got " << type;
  if (hasUnknownSize(from) || hasUnknownSize(to) ||
      from.isDynamicDim(0) != to.isDynamicDim(0) ||
      knownElements(from) != knownElements(to))
    return emitOpError("expected shapes of as many elements (C3), but got ")
           << from << " and " << to;
  return success();
}

/// `type` without its second dimension.
static RankedTensorType withoutSecond(RankedTensorType type) {
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + 1);
  return RankedTensorType::get(shape, type.getElementType());
}

static bool hasSecond(RankedTensorType type) {
  return type && type.getRank() >= 3 && type.getRank() <= kMaxRank;
}

LogicalResult AverageOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> location,
                                          ValueRange operands, DictionaryAttr,
                                          OpaqueProperties, RegionRange,
                                          SmallVectorImpl<Type> &inferred) {
  auto input = dyn_cast<RankedTensorType>(operands[0].getType());
  if (!hasSecond(input))
    return emitOptionalError(location,
                             "expected three or four dimensions (C2), but got ",
                             operands[0].getType());
  inferred.push_back(withoutSecond(input));
  return success();
}

void AverageOp::differentiate(Gradients &gradients) {
  if (!gradients.wants(getInput()))
    return;
  OpBuilder &b = gradients.builder();
  TensorExpr dy(b, gradients.ofResult(), getLoc());
  Value part = (dy / dy.spread(secondSize(b, getLoc(), getInput()))).value();
  gradients.add(getInput(), SpreadOp::create(b, getLoc(), part, getInput()));
}

Value mlc::graph::secondSize(OpBuilder &b, Location loc, Value x) {
  Value size = tensor::DimOp::create(b, loc, x, 1);
  Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(), size);
  return arith::SIToFPOp::create(b, loc, b.getF32Type(), wide);
}

LogicalResult DotPlacesOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> location,
                                            ValueRange operands, DictionaryAttr,
                                            OpaqueProperties, RegionRange,
                                            SmallVectorImpl<Type> &inferred) {
  auto lhs = dyn_cast<RankedTensorType>(operands[0].getType());
  auto rhs = dyn_cast<RankedTensorType>(operands[1].getType());
  for (RankedTensorType type : {lhs, rhs})
    if (!type || type.getRank() != 3 || isCsr(type) || hasUnknownSize(type))
      return emitOptionalError(
          location,
          "expected dense operands of three dimensions, of which the first "
          "alone may be unknown (C1)");
  if (lhs.getDimSize(0) != rhs.getDimSize(0) ||
      lhs.getDimSize(2) != rhs.getDimSize(2))
    return emitOptionalError(
        location,
        "expected as many rows, and places of one length (C2), but got ", lhs,
        " and ", rhs);
  inferred.push_back(
      lhs.clone({lhs.getDimSize(0), lhs.getDimSize(1), rhs.getDimSize(1)}));
  return success();
}

LogicalResult SpreadOp::verify() {
  RankedTensorType like = getLike().getType();
  if (!hasSecond(like) || isCsr(like) ||
      getInput().getType() != withoutSecond(like))
    return emitOpError(
               "expected a dense tensor of three or four dimensions, and "
               "its shape without the second (C1), but got ")
           << like << " and " << getInput().getType();
  return success();
}

void ReshapeOp::differentiate(Gradients &gradients) {
  if (gradients.wants(getInput()))
    gradients.add(getInput(), ReshapeOp::create(gradients.builder(), getLoc(),
                                                getInput().getType(),
                                                gradients.ofResult()));
}
