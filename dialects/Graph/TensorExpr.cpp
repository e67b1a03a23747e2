//===- TensorExpr.cpp - Formulas on tensors -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/TensorExpr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace mlc::graph {

TensorExpr TensorExpr::spread(Value scalar) const {
  auto type = cast<RankedTensorType>(value_.getType());
  SmallVector<Value> sizes;
  for (auto [index, size] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(size))
      sizes.push_back(tensor::DimOp::create(*builder_, loc_, value_, index));
  return {*builder_,
          tensor::SplatOp::create(*builder_, loc_, type, scalar, sizes), loc_};
}

TensorExpr TensorExpr::filled(double number) const {
  return spread(arith::ConstantOp::create(*builder_, loc_,
                                          builder_->getF32FloatAttr(number)));
}

template <typename OpTy>
static Value make(OpBuilder &b, Location loc, Value x, Value y) {
  return OpTy::create(b, loc, x, y);
}
template <typename OpTy>
static Value make(OpBuilder &b, Location loc, Value x) {
  return OpTy::create(b, loc, x);
}

TensorExpr operator+(TensorExpr a, TensorExpr b) {
  return {*a.builder_,
          make<arith::AddFOp>(*a.builder_, a.loc_, a.value_, b.value_), a.loc_};
}
TensorExpr operator-(TensorExpr a, TensorExpr b) {
  return {*a.builder_,
          make<arith::SubFOp>(*a.builder_, a.loc_, a.value_, b.value_), a.loc_};
}
TensorExpr operator*(TensorExpr a, TensorExpr b) {
  return {*a.builder_,
          make<arith::MulFOp>(*a.builder_, a.loc_, a.value_, b.value_), a.loc_};
}
TensorExpr operator/(TensorExpr a, TensorExpr b) {
  return {*a.builder_,
          make<arith::DivFOp>(*a.builder_, a.loc_, a.value_, b.value_), a.loc_};
}
TensorExpr quotient(TensorExpr a, TensorExpr b) {
  TensorExpr result = a / b;
  result.value_.getDefiningOp<arith::DivFOp>().setFastmath(
      arith::FastMathFlags::arcp);
  return result;
}
TensorExpr max(TensorExpr a, TensorExpr b) {
  return {*a.builder_,
          make<arith::MaximumFOp>(*a.builder_, a.loc_, a.value_, b.value_),
          a.loc_};
}
TensorExpr min(TensorExpr a, TensorExpr b) {
  return {*a.builder_,
          make<arith::MinimumFOp>(*a.builder_, a.loc_, a.value_, b.value_),
          a.loc_};
}
TensorExpr abs(TensorExpr a) {
  return {*a.builder_, make<math::AbsFOp>(*a.builder_, a.loc_, a.value_),
          a.loc_};
}
TensorExpr exp(TensorExpr a) {
  return {*a.builder_, make<math::ExpOp>(*a.builder_, a.loc_, a.value_),
          a.loc_};
}
TensorExpr log(TensorExpr a) {
  return {*a.builder_, make<math::LogOp>(*a.builder_, a.loc_, a.value_),
          a.loc_};
}
TensorExpr log1p(TensorExpr a) {
  return {*a.builder_, make<math::Log1pOp>(*a.builder_, a.loc_, a.value_),
          a.loc_};
}
TensorExpr sqrt(TensorExpr a) {
  return {*a.builder_, make<math::SqrtOp>(*a.builder_, a.loc_, a.value_),
          a.loc_};
}
TensorExpr tanh(TensorExpr a) {
  return {*a.builder_, make<math::TanhOp>(*a.builder_, a.loc_, a.value_),
          a.loc_};
}
TensorExpr erf(TensorExpr a) {
  return {*a.builder_, make<math::ErfOp>(*a.builder_, a.loc_, a.value_),
          a.loc_};
}
TensorExpr sigmoid(TensorExpr a) {
  TensorExpr e = exp(abs(a) * -1.0);
  return ifPositive(a, a.filled(1.0), e) / (e + 1.0);
}
TensorExpr sign(TensorExpr a) {
  TensorExpr negated = a * -1.0;
  TensorExpr zero = a.filled(0.0), one = a.filled(1.0);
  TensorExpr isAbove = ifPositive(a, one, zero);
  TensorExpr isBelow = ifPositive(negated, one, zero);
  return isAbove - isBelow;
}
TensorExpr ifPositive(TensorExpr condition, TensorExpr yes, TensorExpr no) {
  OpBuilder &b = *condition.builder_;
  Location loc = condition.loc_;
  Value zero = condition.filled(0.0).value();
  Value positive = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT,
                                         condition.value_, zero);
  return {b, arith::SelectOp::create(b, loc, positive, yes.value_, no.value_),
          loc};
}

} // namespace mlc::graph
