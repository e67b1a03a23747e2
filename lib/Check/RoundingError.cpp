//===- RoundingError.cpp - How wrong an op's f32 result can be -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/RoundingError.h"

#include "dialects/Graph/Graph.h"
#include "lib/Check/DecompositionError.h"
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
  const size_t columns = x.shape.back();
  for (size_t row = 0; row + columns <= x.elements.size(); row += columns) {
    double largest = 0;
    for (size_t c = 0; c < columns; ++c)
      largest = std::max(largest, std::abs(x.elements[row + c]));
    for (size_t c = 0; c < columns; ++c)
      y.elements[row + c] *= 1 + largest;
  }
  return y;
}

/// Of each row n, y[n] and the largest |x|: what log(sum of exp) adds.
static Reals plusLargest(const Reals &x, Reals y) {
  const size_t columns = x.shape[1];
  for (size_t row = 0; row < y.elements.size(); ++row) {
    double largest = 0;
    for (size_t c = 0; c < columns; ++c)
      largest = std::max(largest, std::abs(x.elements[row * columns + c]));
    y.elements[row] += largest;
  }
  return y;
}

static bool isExact(Operation *op) {
  // Of graph.dequantize: 11 bits of a scale times 7 of a number.
  return isa<graph::DequantizeOp, graph::GatherOp, graph::OneHotOp,
             graph::PickOp, graph::ReluOp, graph::RepeatColumnOp,
             graph::RepeatRowOp, graph::ReshapeOp, graph::SpreadOp,
             arith::ConstantOp, arith::SelectOp, arith::NegFOp,
             arith::MaximumFOp, arith::MinimumFOp, arith::ExtFOp, math::AbsFOp,
             tensor::SplatOp, tensor::ExtractOp, tensor::FromElementsOp>(op);
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
      .Case([&](graph::AverageOp) { return average(absolute(operand(0))); })
      .Case([&](graph::DotPlacesOp) {
        return dotPlaces(absolute(operand(0)), absolute(operand(1)));
      })
      .Case(
          [&](graph::SoftmaxOp) { return magnitudeOfSoftmax(operand(0), own); })
      .Case([&](graph::LogSumExpOp) { return plusLargest(operand(0), own); })
      .Default([&](Operation *) { return own; });
}

/// How many terms an element's formula adds up.
static double termsOf(Operation *op, ArrayRef<DatumRef> operands) {
  const Shape shape = operands.empty() ? Shape() : shapeOf(*operands[0]);
  auto rows = [&] {
    return std::accumulate(shape.begin(), shape.end() - 1, 1.0,
                           std::multiplies<>());
  };
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case([&](graph::LinearOp) { return shape.back() + 1; })
      .Case([&](graph::MatmulOp op) {
        return op.getTransposeLhs() ? rows() : shape.back();
      })
      .Case([&](graph::SampledMatmulOp) { return shapeOf(*operands[1])[1]; })
      .Case([&](graph::SumBatchOp) { return rows(); })
      .Case([&](graph::SumSquaresOp) { return rows() * shape.back(); })
      .Case([&](graph::AverageOp) { return shape[1]; })
      .Case<graph::SumRowOp, graph::SoftmaxOp, graph::LogSumExpOp,
            graph::DotPlacesOp>([&](Operation *) { return shape.back(); })
      .Case([&](graph::LossOpInterface loss) {
        return shape[0] * loss.getTermsPerRow();
      })
      .Default([](Operation *) { return 1; });
}

/// The bound of what the formula of the op itself is wrong by.
static Reals ownErrorOf(Operation *op, ArrayRef<DatumRef> operands,
                        const Datum &result) {
  Reals error = ::magnitudeOf(op, operands, absolute(numbersOf(result)));
  const double units = std::max(kUnits, termsOf(op, operands));
  for (double &x : error.elements)
    x *= units * kRounding;
  return error;
}

std::optional<Reals> mlc::roundingErrorOf(Operation *op,
                                          ArrayRef<DatumRef> operands,
                                          const Datum &result) {
  if (isExact(op) || !getElementTypeOrSelf(op->getResult(0).getType()).isF32())
    return std::nullopt;
  Reals error = ownErrorOf(op, operands, result);
  std::optional<Reals> parts = errorOfDecomposition(op, operands);
  if (!parts)
    return error;
  if (auto loss = dyn_cast<graph::LossOpInterface>(op)) { // a mean of them
    const size_t count = parts->elements.size();
    std::vector<double> weights{1.0};
    if (loss.getWeight())
      weights = std::get<Reals>(*operands.back()).elements;
    double sum = 0;
    for (size_t at = 0; at < count; ++at)
      sum +=
          parts->elements[at] * std::abs(weights[at * weights.size() / count]);
    error.elements[0] += sum / std::max<double>(1, count);
    return error;
  }
  for (auto [x, part] : llvm::zip_equal(error.elements, parts->elements))
    x = std::max(x, part);
  return error;
}
