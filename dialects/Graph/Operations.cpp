//===- Operations.cpp - Layers and activations: types, gradients ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/ActivationFormulas.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"
#include "dialects/Graph/TensorExpr.h"

#include <cmath>
#include <numbers>

using namespace mlir;
using namespace mlc::graph;

//===----------------------------------------------------------------------===//
// LinearOp
//===----------------------------------------------------------------------===//

LogicalResult LinearOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> location,
                                         ValueRange operands, DictionaryAttr,
                                         OpaqueProperties, RegionRange,
                                         SmallVectorImpl<Type> &inferred) {
  if (operands.size() < 2)
    return emitOptionalError(location, "expected an input and a weight");
  auto input = dyn_cast<RankedTensorType>(operands[0].getType());
  auto weight = dyn_cast<RankedTensorType>(operands[1].getType());
  if (!input || !weight || input.getRank() < 2 || input.getRank() > kMaxRank ||
      weight.getRank() != 2)
    return emitOptionalError(location,
                             "expected an input of two to four dimensions and "
                             "a weight of two (C1), but got ",
                             operands[0].getType(), " and ",
                             operands[1].getType());
  if (isCsr(weight))
    return emitOptionalError(location, "expected a dense weight (C4)");
  const int64_t inputs = input.getShape().back();
  if (inputs != weight.getDimSize(0))
    return emitOptionalError(
        location, "expected the weight's first dimension to be ",
        sizeText(inputs), ", the input's last (C2), but got ",
        sizeText(weight.getDimSize(0)),
        inputs == weight.getDimSize(1)
            ? "; weights are [in, out], the transposed of PyTorch's"
            : "");
  if (operands.size() == 3) {
    auto bias = dyn_cast<RankedTensorType>(operands[2].getType());
    if (!bias || bias.getRank() != 1)
      return emitOptionalError(
          location, "expected the bias to have one dimension (C1), but got ",
          operands[2].getType());
    if (bias.getDimSize(0) != weight.getDimSize(1))
      return emitOptionalError(
          location, "expected the bias to have ",
          sizeText(weight.getDimSize(1)),
          " elements, the weight's second dimension (C3), but got ",
          sizeText(bias.getDimSize(0)));
  }
  SmallVector<int64_t> shape(input.getShape());
  shape.back() = weight.getDimSize(1);
  inferred.push_back(
      RankedTensorType::get(shape, input.getElementType(), sizesAttrOf(input)));
  return success();
}

void LinearOp::differentiate(Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  Value dy = gradients.ofResult();
  if (gradients.wants(getInput())) {
    if (isCsr(getInput().getType()))
      gradients.add(getInput(), SampledMatmulOp::create(b, getLoc(), getInput(),
                                                        dy, getWeight()));
    else
      gradients.add(getInput(), MatmulOp::create(b, getLoc(), dy, getWeight(),
                                                 /*transpose_lhs=*/false,
                                                 /*transpose_rhs=*/true));
  }
  if (gradients.wants(getWeight()))
    gradients.add(getWeight(), MatmulOp::create(b, getLoc(), getInput(), dy,
                                                /*transpose_lhs=*/true,
                                                /*transpose_rhs=*/false));
  if (getBias() && gradients.wants(getBias()))
    gradients.add(getBias(), SumBatchOp::create(b, getLoc(), dy));
}

Value LinearOp::buildWith(OpBuilder &b, ValueRange operands) {
  if (operands[0])
    return LinearOp::create(b, getLoc(), operands[0], operands[1],
                            getBias() ? operands[2] : Value());
  if (!getBias())
    return TensorExpr(b, getResult()).filled(0.0).value();
  // Of a batch without entries each row is the bias.
  return repeatRow(b, getLoc(), operands[2], getResult());
}

//===----------------------------------------------------------------------===//
// DequantizeOp
//===----------------------------------------------------------------------===//

LogicalResult DequantizeOp::inferReturnTypes(MLIRContext *context,
                                             std::optional<Location> location,
                                             ValueRange operands,
                                             DictionaryAttr, OpaqueProperties,
                                             RegionRange,
                                             SmallVectorImpl<Type> &inferred) {
  if (operands.size() != 2)
    return emitOptionalError(location, "expected numbers and scales");
  auto numbers = dyn_cast<RankedTensorType>(operands[0].getType());
  auto scales = dyn_cast<RankedTensorType>(operands[1].getType());
  if (!numbers || !scales || numbers.getRank() != 2 ||
      !numbers.hasStaticShape() || scales.getRank() < 1 || scales.getRank() > 2)
    return emitOptionalError(location,
                             "expected numbers of two known dimensions and "
                             "scales of one or two (C1), but got ",
                             operands[0].getType(), " and ",
                             operands[1].getType());
  const bool byColumns = scales.getRank() == 2;
  const int64_t count = numbers.getDimSize(byColumns ? 1 : 0);
  if (byColumns && scales.getShape() != ArrayRef<int64_t>{1, count})
    return emitOptionalError(
        location, "expected a scale for each of the ", sizeText(count),
        " columns of numbers, in one row (C2), but got ", scales);
  if (!byColumns && scales.getDimSize(0) != count)
    return emitOptionalError(location, "expected a scale for each of the ",
                             sizeText(count), " rows of numbers (C2), but got ",
                             sizeText(scales.getDimSize(0)));
  if (byColumns && !numbers.getElementType().isInteger(8))
    return emitOptionalError(location,
                             "expected numbers of i8 where there is a scale "
                             "for each column (C3), but got ",
                             numbers);
  inferred.push_back(
      RankedTensorType::get(numbers.getShape(), Float32Type::get(context)));
  return success();
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

/// Adds `rule(x, y, dy)` to the gradient of an op's one input.
template <typename OpTy, typename Rule>
static void differentiateUnary(OpTy op, Gradients &gradients, Rule rule) {
  if (!gradients.wants(op.getInput()))
    return;
  OpBuilder &b = gradients.builder();
  TensorExpr x(b, op.getInput()), y(b, op.getResult()),
      dy(b, gradients.ofResult());
  gradients.add(op.getInput(), rule(x, y, dy).value());
}

Value ReluOp::decompose(OpBuilder &b) {
  return max(TensorExpr(b, getInput(), getLoc()), 0.0).value();
}
void ReluOp::differentiate(Gradients &gradients) {
  differentiateUnary(*this, gradients, [](auto, auto y, auto dy) {
    return ifPositive(y, dy, dy.filled(0.0));
  });
}

Value SigmoidOp::decompose(OpBuilder &b) {
  return sigmoid(TensorExpr(b, getInput(), getLoc())).value();
}
void SigmoidOp::differentiate(Gradients &gradients) {
  differentiateUnary(*this, gradients, [](auto, auto y, auto dy) {
    return dy * derivativeOfSigmoid(y);
  });
}

Value TanhOp::decompose(OpBuilder &b) {
  return tanh(TensorExpr(b, getInput(), getLoc())).value();
}
void TanhOp::differentiate(Gradients &gradients) {
  differentiateUnary(*this, gradients, [](auto, auto y, auto dy) {
    return dy * derivativeOfTanh(y);
  });
}

Value GeluOp::decompose(OpBuilder &b) {
  TensorExpr x(b, getInput(), getLoc());
  return (x * normalCdf(x)).value();
}
void GeluOp::differentiate(Gradients &gradients) {
  differentiateUnary(*this, gradients, [](auto x, auto, auto dy) {
    return dy * derivativeOfGelu(x);
  });
}

Value SiluOp::decompose(OpBuilder &b) {
  TensorExpr x(b, getInput(), getLoc());
  return (x * sigmoid(x)).value();
}
void SiluOp::differentiate(Gradients &gradients) {
  differentiateUnary(*this, gradients, [](auto x, auto y, auto dy) {
    return dy * derivativeOfSilu(y, sigmoid(x));
  });
}

/// Its gradient is that of these ops.
Value MishOp::decompose(OpBuilder &b) {
  TensorExpr x(b, getInput(), getLoc());
  return (x * tanhOfSoftplus(x)).value();
}

Value SeluOp::decompose(OpBuilder &b) {
  TensorExpr x(b, getInput(), getLoc());
  TensorExpr positive = x * kSeluScale;
  TensorExpr negative = (exp(x) + -1.0) * (kSeluScale * kSeluAlpha);
  return ifPositive(x, positive, negative).value();
}
void SeluOp::differentiate(Gradients &gradients) {
  differentiateUnary(*this, gradients, [](auto x, auto y, auto dy) {
    TensorExpr positive = dy * kSeluScale;
    TensorExpr negative = dy * (y + kSeluScale * kSeluAlpha);
    return ifPositive(x, positive, negative);
  });
}

Value LeakyReluOp::decompose(OpBuilder &b) {
  TensorExpr x(b, getInput(), getLoc());
  return ifPositive(x, x, x * getSlope().convertToDouble()).value();
}
void LeakyReluOp::differentiate(Gradients &gradients) {
  const double slope = getSlope().convertToDouble();
  differentiateUnary(*this, gradients, [=](auto x, auto, auto dy) {
    return ifPositive(x, dy, dy * slope);
  });
}

Value ScaleOp::decompose(OpBuilder &b) {
  return (TensorExpr(b, getInput(), getLoc()) * getFactor().convertToDouble())
      .value();
}
void ScaleOp::differentiate(Gradients &gradients) {
  const double factor = getFactor().convertToDouble();
  differentiateUnary(*this, gradients,
                     [=](auto, auto, auto dy) { return dy * factor; });
}

void SoftmaxOp::differentiate(Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  differentiateUnary(*this, gradients, [&](auto, auto y, auto dy) {
    Value sum = SumRowOp::create(b, getLoc(), (dy * y).value());
    return y * (dy - TensorExpr(b, sum));
  });
}

LogicalResult SoftmaxOp::verify() {
  if (getInput().getType().getRank() < 2)
    return emitOpError("expected two dimensions or more (C2), but got ")
           << getInput().getType();
  return success();
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

Value AddOp::decompose(OpBuilder &b) {
  return (TensorExpr(b, getLhs(), getLoc()) + TensorExpr(b, getRhs())).value();
}
void AddOp::differentiate(Gradients &gradients) {
  if (gradients.wants(getLhs()))
    gradients.add(getLhs(), gradients.ofResult());
  if (gradients.wants(getRhs()))
    gradients.add(getRhs(), gradients.ofResult());
}

Value SubOp::decompose(OpBuilder &b) {
  return (TensorExpr(b, getLhs(), getLoc()) - TensorExpr(b, getRhs())).value();
}
void SubOp::differentiate(Gradients &gradients) {
  if (gradients.wants(getLhs()))
    gradients.add(getLhs(), gradients.ofResult());
  if (gradients.wants(getRhs())) {
    TensorExpr dy(gradients.builder(), gradients.ofResult());
    gradients.add(getRhs(), (dy * -1.0).value());
  }
}

Value MulOp::decompose(OpBuilder &b) {
  return (TensorExpr(b, getLhs(), getLoc()) * TensorExpr(b, getRhs())).value();
}
void MulOp::differentiate(Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  TensorExpr a(b, getLhs()), c(b, getRhs()), dy(b, gradients.ofResult());
  if (gradients.wants(getLhs()))
    gradients.add(getLhs(), (dy * c).value());
  if (gradients.wants(getRhs()))
    gradients.add(getRhs(), (dy * a).value());
}

//===----------------------------------------------------------------------===//
// DropoutOp
//===----------------------------------------------------------------------===//

LogicalResult DropoutOp::verify() {
  if (getInput().getType().getRank() < 2)
    return emitOpError("expected two dimensions or more (C1), but got ")
           << getInput().getType();
  double probability = getProbability().convertToDouble();
  if (!(probability >= 0.0 && probability < 1.0))
    return emitOpError("expected a probability in [0, 1) (C2), but got ")
           << probability;
  bool hasKey = getSeed() != nullptr;
  if (hasKey != (getPosition() != nullptr) ||
      hasKey != (getSiteAttr() != nullptr) ||
      (hasKey && getSiteAttr().getInt() < 0))
    return emitOpError("expected a seed, a position and a site from 0, or none "
                       "of them (C3)");
  return success();
}

void DropoutOp::setKey(Value seed, Value position, int64_t site) {
  getSeedMutable().assign(seed);
  getPositionMutable().assign(position);
  setSite(site);
}

void DropoutOp::differentiate(Gradients &gradients) {
  if (!gradients.wants(getInput()))
    return;
  OpBuilder &b = gradients.builder();
  auto sameMask = cast<DropoutOp>(b.clone(*getOperation()));
  sameMask.getInputMutable().assign(gradients.ofResult());
  gradients.add(getInput(), sameMask.getResult());
}
