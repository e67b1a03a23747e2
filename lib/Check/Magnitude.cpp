//===- Magnitude.cpp - How large the terms of a result are ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/Magnitude.h"

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

std::optional<Reals> mlc::magnitudeOf(Operation *op,
                                      ArrayRef<DatumRef> operands,
                                      const Datum &result) {
  if (isExact(op) || !getElementTypeOrSelf(op->getResult(0).getType()).isF32())
    return std::nullopt;
  const Reals own = absolute(std::get<Reals>(result));
  auto operand = [&](int i) -> const Reals & {
    return std::get<Reals>(*operands[i]);
  };
  return llvm::TypeSwitch<Operation *, Reals>(op)
      .Case([&](graph::LinearOp op) { return ::magnitudeOf(op, operands); })
      .Case([&](graph::MatmulOp op) {
        return matmul(absolute(*operands[0]), absolute(operand(1)),
                      op.getTransposeLhs(), op.getTransposeRhs());
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
