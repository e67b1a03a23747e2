//===- RoundingError.cpp - How wrong an op's f32 result can be
//----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/RoundingError.h"

#include "dialects/Graph/Graph.h"
#include "lib/Reference/Formulas.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

/// What an op with few terms may be wrong by, in units of f32's rounding: the
/// ops that its formula is made of, and functions that are approximated to a
/// few units in the last place.
static constexpr double kUnits = 64;

static void makePositive(std::vector<double> &numbers) {
  for (double &x : numbers)
    x = std::abs(x);
}

static Reals absolute(Reals x) {
  makePositive(x.elements);
  return x;
}

static Datum absolute(const Datum &datum) {
  if (const auto *csr = std::get_if<CsrRows>(&datum)) {
    CsrRows positive = *csr;
    makePositive(positive.values);
    return positive;
  }
  return absolute(std::get<Reals>(datum));
}

static Reals magnitudeOf(graph::LinearOp op, ArrayRef<DatumRef> operands) {
  const Datum input = absolute(*operands[0]);
  const Reals weight = absolute(std::get<Reals>(*operands[1]));
  if (!op.getBias())
    return linear(input, weight, nullptr);
  const Reals bias = absolute(std::get<Reals>(*operands[2]));
  return linear(input, weight, &bias);
}

/// The numbers that a datum stores.
static Reals numbersOf(const Datum &datum) {
  if (const auto *csr = std::get_if<CsrRows>(&datum))
    return Reals({static_cast<int64_t>(csr->values.size())}, csr->values);
  return std::get<Reals>(datum);
}

/// exp(x - max) is as wrong as its exponent, relative to the result.
static Reals magnitudeOfSoftmax(const Reals &x, Reals y) {
  const size_t columns = x.shape[1];
  for (size_t row = 0; row + columns <= x.elements.size(); row += columns) {
    double largest = 0;
    for (size_t c = 0; c < columns; ++c)
      largest = std::max(largest, std::abs(x.elements[row + c]));
    for (size_t c = 0; c < columns; ++c)
      y.elements[row + c] *= 1 + largest;
  }
  return y;
}

/// The mean of |y| (1 + |t|), which cancel where a prediction is right.
static double meanOfTerms(const Reals &y, const Reals &t) {
  double sum = 0;
  for (auto [logit, label] : llvm::zip_equal(y.elements, t.elements))
    sum += std::abs(logit) * (1 + std::abs(label));
  return sum / std::max<double>(1, y.elements.size());
}

/// The mean over rows of the largest |y|.
static double meanOfLargest(const Reals &y) {
  const size_t columns = y.shape[1];
  double sum = 0;
  for (size_t at = 0; at < y.elements.size(); at += columns) {
    double largest = 0;
    for (size_t c = 0; c < columns; ++c)
      largest = std::max(largest, std::abs(y.elements[at + c]));
    sum += largest;
  }
  return sum / std::max<double>(1, y.shape[0]);
}

static bool isExact(Operation *op) {
  return isa<graph::GatherOp, graph::OneHotOp, graph::ReluOp, arith::ConstantOp,
             arith::SelectOp, arith::NegFOp, arith::MaximumFOp, arith::ExtFOp,
             math::AbsFOp, tensor::SplatOp, tensor::ExtractOp,
             tensor::FromElementsOp>(op);
}

/// The absolute values of what an element's formula adds up.
static Reals magnitudeOf(Operation *op, ArrayRef<DatumRef> operands,
                         const Reals &own) {
  auto operand = [&](int i) -> const Reals & {
    return std::get<Reals>(*operands[i]);
  };
  return llvm::TypeSwitch<Operation *, Reals>(op)
      .Case([&](graph::LinearOp op) { return ::magnitudeOf(op, operands); })
      .Case([&](graph::MatmulOp op) {
        return matmul(absolute(*operands[0]), absolute(operand(1)),
                      op.getTransposeLhs(), op.getTransposeRhs());
      })
      .Case([&](graph::SampledMatmulOp) {
        return numbersOf(sampledMatmul(std::get<CsrRows>(*operands[0]),
                                       absolute(operand(1)),
                                       absolute(operand(2))));
      })
      .Case([&](graph::SumBatchOp) { return sumBatch(absolute(operand(0))); })
      .Case([&](graph::SumRowOp) { return sumRow(absolute(operand(0))); })
      .Case(
          [&](graph::SoftmaxOp) { return magnitudeOfSoftmax(operand(0), own); })
      // 1 + erf(x) cancels where x is far below zero.
      .Case([&](graph::GeluOp) { return absolute(operand(0)); })
      .Case([&](graph::BceWithLogitsOp) {
        return Reals(own.elements[0] + meanOfTerms(operand(0), operand(1)));
      })
      .Case([&](graph::CrossEntropyOp) {
        return Reals(own.elements[0] + meanOfLargest(operand(0)));
      })
      .Default([&](Operation *) { return own; });
}

/// How many terms an element's formula adds up.
static double termsOf(Operation *op, ArrayRef<DatumRef> operands) {
  const Shape shape = operands.empty() ? Shape() : shapeOf(*operands[0]);
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case([&](graph::LinearOp) { return shape[1] + 1; })
      .Case([&](graph::MatmulOp op) {
        return shape[op.getTransposeLhs() ? 0 : 1];
      })
      .Case([&](graph::SampledMatmulOp) { return shapeOf(*operands[1])[1]; })
      .Case([&](graph::SumBatchOp) { return shape[0]; })
      .Case<graph::SumRowOp, graph::SoftmaxOp>(
          [&](Operation *) { return shape[1]; })
      .Case<graph::BceWithLogitsOp, graph::MseOp, graph::CrossEntropyOp>(
          [&](Operation *) { return shape[0] * shape[1]; })
      .Default([](Operation *) { return 1; });
}

std::optional<Reals> mlc::roundingErrorOf(Operation *op,
                                          ArrayRef<DatumRef> operands,
                                          const Datum &result) {
  if (isExact(op) || !getElementTypeOrSelf(op->getResult(0).getType()).isF32())
    return std::nullopt;
  Reals error = ::magnitudeOf(op, operands, absolute(numbersOf(result)));
  const double units = std::max(kUnits, termsOf(op, operands));
  for (double &x : error.elements)
    x *= units * 0x1p-24;
  return error;
}
