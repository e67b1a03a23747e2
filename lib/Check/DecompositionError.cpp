//===- DecompositionError.cpp - Rounding of what an op stands for ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/DecompositionError.h"

#include "dialects/Graph/Graph.h"
#include "lib/Check/RoundingError.h"
#include "lib/Reference/Decomposition.h"
#include "lib/Reference/Interpreter.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <numbers>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

/// What one op of `arith` and a function may be wrong by, in units of f32's
/// rounding of its result: fused or not, exact or approximated.
static constexpr double kOpUnits = 8, kFunctionUnits = 64;

namespace {
/// The error of each value of a function that is being interpreted.
class Errors {
public:
  /// To be called after each op, with the values of its operands and result.
  void add(Operation *op, ArrayRef<DatumRef> operands, const Datum &result) {
    const auto *y = std::get_if<Reals>(&result);
    if (!y)
      return; // a condition, a size
    Reals error(y->shape, 0.0);
    for (size_t at = 0; at < error.elements.size(); ++at)
      error.elements[at] = errorAt(op, operands, y->elements[at], at);
    if (isa<graph::GraphDialect>(op->getDialect()))
      isKnown_ &= addGraphOp(op, operands, result, error);
    errors_[op->getResult(0)] = std::move(error);
  }

  std::optional<Reals> of(Value value) const {
    auto found = errors_.find(value);
    return isKnown_ && found != errors_.end() ? std::optional(found->second)
                                              : std::nullopt;
  }

private:
  /// That of operand `i`; 0 for what the op is given exactly.
  double carried(Operation *op, unsigned i, size_t at) const {
    auto found = errors_.find(op->getOperand(i));
    if (found == errors_.end())
      return 0;
    const std::vector<double> &elements = found->second.elements;
    return elements.size() == 1 ? elements[0] : elements[at];
  }

  double errorAt(Operation *op, ArrayRef<DatumRef> operands, double y,
                 size_t at) {
    auto x = [&](unsigned i) {
      const auto &elements = std::get<Reals>(*operands[i]).elements;
      return elements.size() == 1 ? elements[0] : elements[at];
    };
    auto e = [&](unsigned i) { return carried(op, i, at); };
    const double own = kOpUnits * kRounding * std::abs(y);
    const double function = kFunctionUnits * kRounding * std::abs(y);
    return llvm::TypeSwitch<Operation *, double>(op)
        .Case<arith::AddFOp, arith::SubFOp>(
            [&](Operation *) { return e(0) + e(1) + own; })
        .Case([&](arith::MulFOp) {
          return e(0) * std::abs(x(1)) + e(1) * std::abs(x(0)) + own;
        })
        .Case([&](arith::DivFOp) {
          return (e(0) + std::abs(y) * e(1)) / std::abs(x(1)) + own;
        })
        .Case<arith::NegFOp, math::AbsFOp, tensor::SplatOp>(
            [&](Operation *) { return e(0); })
        .Case<arith::MaximumFOp>(
            [&](Operation *) { return std::max(e(0), e(1)); })
        .Case([&](arith::SelectOp) {
          const auto &condition = std::get<Integers>(*operands[0]).elements;
          return e(condition[condition.size() == 1 ? 0 : at] ? 1 : 2);
        })
        .Case([&](math::ExpOp) { return e(0) * y + function; })
        .Case([&](math::LogOp) { return e(0) / std::abs(x(0)) + function; })
        .Case(
            [&](math::Log1pOp) { return e(0) / std::abs(1 + x(0)) + function; })
        .Case([&](math::SqrtOp) {
          return (y == 0 ? 0 : e(0) / (2 * y)) + function;
        })
        .Case([&](math::TanhOp) { return e(0) * (1 - y * y) + function; })
        .Case([&](math::ErfOp) {
          return e(0) * 2 * std::numbers::inv_sqrtpi * std::exp(-x(0) * x(0)) +
                 function;
        })
        .Case<arith::ConstantOp, arith::SIToFPOp>(
            [](Operation *) { return 0.0; })
        .Default([&](Operation *op) {
          isKnown_ &= isa<graph::GraphDialect>(op->getDialect());
          return 0.0;
        });
  }

  /// A primitive of the graph dialect: linear in what it is given, or with
  /// derivatives of at most 1, so that it carries the largest error of a row.
  bool addGraphOp(Operation *op, ArrayRef<DatumRef> operands,
                  const Datum &result, Reals &error) {
    if (isa<graph::RepeatRowOp>(op)) {
      const size_t columns = error.shape.back();
      for (size_t at = 0; at < error.elements.size(); ++at)
        error.elements[at] = carried(op, 0, at % columns);
      return true;
    }
    if (isa<graph::SumBatchOp>(op)) {
      if (std::optional<Reals> own = roundingErrorOf(op, operands, result))
        error = *own;
      auto found = errors_.find(op->getOperand(0));
      if (found != errors_.end())
        for (auto [at, one] : llvm::enumerate(found->second.elements))
          error.elements[at % error.elements.size()] += one;
      return true;
    }
    if (!isa<graph::LogSumExpOp, graph::PickOp, graph::SumRowOp>(op))
      return false;
    if (std::optional<Reals> own = roundingErrorOf(op, operands, result))
      error = *own;
    auto found = errors_.find(op->getOperand(0));
    if (found == errors_.end())
      return true;
    const Reals &before = found->second;
    const size_t columns = before.shape.back();
    const bool isSum = isa<graph::SumRowOp>(op);
    for (size_t row = 0; row * columns < before.elements.size(); ++row) {
      double carried = 0;
      for (size_t c = 0; c < columns; ++c) {
        const double one = before.elements[row * columns + c];
        carried = isSum ? carried + one : std::max(carried, one);
      }
      if (!isSum)
        error.elements[row] += carried;
      else
        for (size_t c = 0; c < columns; ++c)
          error.elements[row * columns + c] += carried;
    }
    return true;
  }

  DenseMap<Value, Reals> errors_;
  bool isKnown_ = true;
};
} // namespace

std::optional<Reals> mlc::errorOfDecomposition(Operation *op,
                                               ArrayRef<DatumRef> operands) {
  OwningOpRef<func::FuncOp> function = decompositionOf(op);
  if (!function)
    return std::nullopt;
  Errors errors;
  auto onResult = [&](Operation *op, ArrayRef<DatumRef> operands,
                      const Datum &result) {
    errors.add(op, operands, result);
  };
  if (failed(evaluate(*function, std::vector<DatumRef>(operands), onResult)))
    return std::nullopt;
  return errors.of(function->getBody().front().getTerminator()->getOperand(0));
}
