//===- TensorOps.cpp - arith, math and tensor ops in f64 ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Environment.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlc::reference;

static bool isReal(Type type) {
  return isa<FloatType>(getElementTypeOrSelf(type));
}

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

static Result compare(arith::CmpFOp op, const Environment &env) {
  if (failed(checkEqualShapes(op, env)))
    return failure();
  const Reals &a = env.reals(op.getLhs()), &b = env.reals(op.getRhs());
  Integers y(a.shape, int64_t(0));
  for (auto [holds, x, other] :
       llvm::zip_equal(y.elements, a.elements, b.elements))
    holds =
        arith::applyCmpPredicate(op.getPredicate(), APFloat(x), APFloat(other));
  return Datum(std::move(y));
}

/// Of two whole numbers.
template <typename Function>
static Result whole(Operation *op, const Environment &env, Function function) {
  return Datum(Integers(function(env.integer(op->getOperand(0)),
                                 env.integer(op->getOperand(1)))));
}

static Result select(arith::SelectOp op, const Environment &env) {
  if (!isReal(op.getType()))
    return reportUnknown(op);
  if (failed(checkEqualShapes(op, env)))
    return failure();
  const Integers &condition = env.integers(op.getCondition());
  const Reals &no = env.reals(op.getFalseValue());
  Reals y = env.reals(op.getTrueValue());
  for (auto [x, holds, other] :
       llvm::zip_equal(y.elements, condition.elements, no.elements))
    x = holds ? x : other;
  return Datum(std::move(y));
}

/// Of two numbers, tensors, or matrices with the same entries.
static Result add(arith::AddFOp op, const Environment &env) {
  const auto *lhs = std::get_if<CsrRows>(&env[op.getLhs()]);
  const auto *rhs = std::get_if<CsrRows>(&env[op.getRhs()]);
  if (!lhs && !rhs)
    return binary(op, env, std::plus<>());
  if (!lhs || !rhs || lhs->starts != rhs->starts ||
      lhs->indices != rhs->indices)
    return op.emitError("expected matrices with the same entries");
  CsrRows y = *lhs;
  for (auto [x, other] : llvm::zip_equal(y.values, rhs->values))
    x += other;
  return Datum(std::move(y));
}

static Result toReal(arith::SIToFPOp op, const Environment &env) {
  const Integers &x = env.integers(op.getIn());
  return Datum(Reals(
      x.shape, std::vector<double>(x.elements.begin(), x.elements.end())));
}

//===----------------------------------------------------------------------===//
// Constants and tensors
//===----------------------------------------------------------------------===//

static double toDouble(APFloat number) {
  bool losesInfo;
  number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return number.convertToDouble();
}

static Result constant(arith::ConstantOp op) {
  if (auto number = dyn_cast<FloatAttr>(op.getValue()))
    return Datum(Reals(number.getValueAsDouble()));
  if (auto number = dyn_cast<IntegerAttr>(op.getValue()))
    return Datum(Integers(number.getValue().getSExtValue()));
  auto dense = dyn_cast<DenseFPElementsAttr>(op.getValue());
  if (!dense)
    return reportUnknown(op);
  std::vector<double> elements;
  for (const APFloat &element : dense.getValues<APFloat>())
    elements.push_back(toDouble(element));
  return Datum(Reals(Shape(dense.getType().getShape()), std::move(elements)));
}

static Result dim(tensor::DimOp op, const Environment &env) {
  const Shape shape = env.shape(op.getSource());
  const int64_t index = env.integer(op.getIndex());
  if (index < 0 || index >= static_cast<int64_t>(shape.size()))
    return op.emitError("expected a dimension of the tensor, but got ")
           << index;
  return Datum(Integers(shape[index]));
}

static Result splat(tensor::SplatOp op, const Environment &env) {
  Shape shape(op.getType().getShape());
  auto known = op.getDynamicSizes().begin();
  int64_t count = 1;
  for (int64_t &size : shape) {
    if (ShapedType::isDynamic(size))
      size = env.integer(*known++);
    count *= size;
  }
  if (isReal(op.getType()))
    return Datum(Reals(shape, env.reals(op.getInput()).elements[0]));
  return Datum(
      Integers(shape, std::vector<int64_t>(static_cast<size_t>(count),
                                           env.integer(op.getInput()))));
}

static Result extract(tensor::ExtractOp op, const Environment &env) {
  if (!isReal(op.getType()))
    return reportUnknown(op);
  const Reals &x = env.reals(op.getTensor());
  int64_t at = 0;
  for (auto [index, size] : llvm::zip_equal(op.getIndices(), x.shape)) {
    const int64_t place = env.integer(index);
    if (place < 0 || place >= size)
      return op.emitError("expected an index from 0 to below ")
             << size << ", but got " << place;
    at = at * size + place;
  }
  return Datum(Reals(x.elements[at]));
}

static Result fromElements(tensor::FromElementsOp op, const Environment &env) {
  if (!isReal(op.getType()))
    return reportUnknown(op);
  Reals y(Shape(op.getType().getShape()), 0.0);
  for (auto [element, value] : llvm::zip_equal(y.elements, op.getElements()))
    element = env.reals(value).elements[0];
  return Datum(std::move(y));
}

Result mlc::reference::evaluateTensorOp(Operation *op, const Environment &env) {
  auto of1 = [&](double (*function)(double)) {
    return unary(op, env, function);
  };
  auto of2 = [&](auto function) { return binary(op, env, function); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddFOp op) { return add(op, env); })
      .Case([&](arith::SubFOp) { return of2(std::minus<>()); })
      .Case([&](arith::MulFOp) { return of2(std::multiplies<>()); })
      .Case([&](arith::DivFOp) { return of2(std::divides<>()); })
      .Case([&](arith::MinimumFOp) {
        return of2([](double a, double b) { return std::min(a, b); });
      })
      .Case([&](arith::AddIOp) { return whole(op, env, std::plus<>()); })
      .Case([&](arith::SubIOp) { return whole(op, env, std::minus<>()); })
      .Case([&](arith::MaxSIOp) {
        return whole(op, env,
                     [](int64_t x, int64_t y) { return std::max(x, y); });
      })
      .Case([&](arith::DivSIOp) { return whole(op, env, std::divides<>()); })
      .Case([&](arith::RemSIOp) { return whole(op, env, std::modulus<>()); })
      .Case([&](arith::CmpIOp compared) {
        const arith::CmpIPredicate predicate = compared.getPredicate();
        return whole(op, env, [=](int64_t a, int64_t b) -> int64_t {
          return arith::applyCmpPredicate(predicate, APInt(64, a, true),
                                          APInt(64, b, true));
        });
      })
      .Case([&](arith::MaximumFOp) {
        return of2([](double a, double b) { return std::max(a, b); });
      })
      .Case([&](math::PowFOp) {
        return of2([](double a, double b) { return std::pow(a, b); });
      })
      .Case([&](arith::NegFOp) { return unary(op, env, std::negate<>()); })
      .Case([&](math::AbsFOp) { return of1(std::abs); })
      .Case([&](math::ExpOp) { return of1(std::exp); })
      .Case([&](math::LogOp) { return of1(std::log); })
      .Case([&](math::Log1pOp) { return of1(std::log1p); })
      .Case([&](math::SqrtOp) { return of1(std::sqrt); })
      .Case([&](math::TanhOp) { return of1(std::tanh); })
      .Case([&](math::ErfOp) { return of1(std::erf); })
      // Everything is f64, so narrowing and widening keep the number.
      .Case<arith::TruncFOp, arith::ExtFOp, arith::IndexCastOp, arith::ExtUIOp>(
          [&](Operation *) -> Result { return env[op->getOperand(0)]; })
      .Case([&](arith::SIToFPOp op) { return toReal(op, env); })
      .Case([&](arith::CmpFOp op) { return compare(op, env); })
      .Case([&](arith::SelectOp op) { return select(op, env); })
      .Case([&](arith::ConstantOp op) { return constant(op); })
      .Case([&](tensor::DimOp op) { return dim(op, env); })
      .Case([&](tensor::SplatOp op) { return splat(op, env); })
      .Case([&](tensor::ExtractOp op) { return extract(op, env); })
      .Case([&](tensor::FromElementsOp op) { return fromElements(op, env); })
      .Default([](Operation *op) -> Result { return reportUnknown(op); });
}
