//===- GraphOps.cpp - Graph ops by their formulas -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Graph.h"
#include "lib/Reference/Decomposition.h"
#include "lib/Reference/Environment.h"
#include "lib/Reference/Formulas.h"
#include "lib/Reference/Interpreter.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <numeric>

using namespace mlir;

namespace mlc::reference {

/// Two tensors of one shape to a number.
template <typename Function>
static Result reduce(Operation *op, const Environment &env, Function function) {
  if (failed(checkEqualShapes(op, env)))
    return failure();
  return Datum(
      function(env.reals(op->getOperand(0)), env.reals(op->getOperand(1))));
}

/// What Formulas.h gives, where nothing means an integer out of range.
template <typename T>
static Result inRange(Operation *op, std::optional<T> y, StringRef what,
                      int64_t end) {
  if (!y)
    return op->emitError("expected every ")
           << what << " to be from 0 to below " << end;
  return Datum(std::move(*y));
}

static Result linear(graph::LinearOp op, const Environment &env) {
  const Reals &weight = env.reals(op.getWeight());
  const Reals *bias = op.getBias() ? &env.reals(op.getBias()) : nullptr;
  if (env.shape(op.getInput()).back() != weight.shape[0] ||
      (bias && bias->shape[0] != weight.shape[1]))
    return op.emitError("expected shapes that fit at run time");
  return Datum(linear(env[op.getInput()], weight, bias));
}

/// From the definition: y[i, o] = scale[i] * numbers[i, o], or scale[0, o] *
/// numbers[i, o].
static Result dequantize(graph::DequantizeOp op, const Environment &env) {
  const Integers &numbers = env.integers(op.getNumbers());
  const Reals &scales = env.reals(op.getScales());
  Reals y(numbers.shape, 0.0);
  const int64_t columns = numbers.shape[1];
  for (size_t at = 0; at < y.elements.size(); ++at)
    y.elements[at] =
        scales
            .elements[scales.shape.size() == 2 ? at % columns : at / columns] *
        static_cast<double>(numbers.elements[at]);
  return Datum(std::move(y));
}

static Result matmul(graph::MatmulOp op, const Environment &env) {
  const Reals &rhs = env.reals(op.getRhs());
  // All sizes but the last are those of rows.
  auto inner = [](Shape shape, bool isOfRows) {
    return isOfRows ? Shape(shape.begin(), shape.end() - 1)
                    : Shape{shape.back()};
  };
  if (inner(env.shape(op.getLhs()), op.getTransposeLhs()) !=
      inner(rhs.shape, !op.getTransposeRhs()))
    return op.emitError("expected equal inner dimensions at run time");
  return Datum(matmul(env[op.getLhs()], rhs, op.getTransposeLhs(),
                      op.getTransposeRhs()));
}

static Result sampledMatmul(graph::SampledMatmulOp op, const Environment &env) {
  const auto &pattern = std::get<CsrRows>(env[op.getPattern()]);
  const Reals &lhs = env.reals(op.getLhs());
  if (lhs.shape[0] != pattern.rows())
    return op.emitError("expected as many rows as the pattern has at run time");
  return Datum(sampledMatmul(pattern, lhs, env.reals(op.getRhs())));
}

static Result reshape(graph::ReshapeOp op, const Environment &env) {
  Reals y = env.reals(op.getInput());
  Shape shape(op.getType().getShape());
  if (ShapedType::isDynamic(shape[0]))
    shape[0] = y.shape[0];
  y.shape = shape;
  return Datum(std::move(y));
}

static Result dropout(graph::DropoutOp op, const Environment &env) {
  if (!op.getSeed())
    return env[op.getInput()];
  return Datum(dropout(
      env.reals(op.getInput()), op.getProbability().convertToDouble(),
      {static_cast<uint64_t>(env.integer(op.getSeed())),
       env.integer(op.getPosition()), static_cast<int64_t>(*op.getSite())}));
}

/// Whether there is a label for each row of `x`.
static bool areLabelled(const Reals &x, const Integers &t) {
  return Shape(x.shape.begin(), x.shape.end() - 1) == t.shape;
}

static Result crossEntropy(graph::CrossEntropyOp op, const Environment &env) {
  const Reals &y = env.reals(op.getPrediction());
  const Integers &t = env.integers(op.getLabel());
  if (!areLabelled(y, t))
    return op.emitError("expected one label a row at run time");
  return inRange(op, crossEntropy(y, t), "label", y.shape.back());
}

static Result pick(graph::PickOp op, const Environment &env) {
  const Reals &x = env.reals(op.getInput());
  const Integers &t = env.integers(op.getLabel());
  if (!areLabelled(x, t))
    return op.emitError("expected one label a row at run time");
  return inRange(op, pick(x, t), "label", x.shape.back());
}

static Result oneHot(graph::OneHotOp op, const Environment &env) {
  const int64_t classes = op.getType().getShape().back();
  return inRange(op, oneHot(env.integers(op.getLabel()), classes), "label",
                 classes);
}

static Result touchedColumns(graph::TouchedColumnsOp op,
                             const Environment &env) {
  const auto &batch = std::get<CsrRows>(env[op.getInput()]);
  return Datum(touchedColumns(batch, op.getType().getDimSize(1)));
}

static Result gather(graph::GatherOp op, const Environment &env) {
  const Datum &data = env[op.getData()];
  return inRange(op, gather(data, env.integers(op.getRows())), "row",
                 shapeOf(data)[0]);
}

/// What the ops give that `op` stands for; of a loss, the mean of its terms,
/// each times its row's weight.
static Result evaluateDecomposition(Operation *op, const Environment &env) {
  OwningOpRef<func::FuncOp> function = decompositionOf(op);
  if (!function)
    return reportUnknown(op);
  std::vector<DatumRef> operands;
  for (Value operand : op->getOperands())
    operands.push_back(env.get(operand));
  FailureOr<std::vector<DatumRef>> results = evaluate(*function, operands);
  if (failed(results))
    return failure();
  if (!isa<graph::LossOpInterface>(op))
    return *results->front();
  std::vector<double> terms = std::get<Reals>(*results->front()).elements;
  if (Value weight = cast<graph::LossOpInterface>(op).getWeight()) {
    const std::vector<double> &weights = env.reals(weight).elements;
    for (size_t at = 0; at < terms.size(); ++at)
      terms[at] *= weights[at * weights.size() / terms.size()];
  }
  return Datum(Reals(std::accumulate(terms.begin(), terms.end(), 0.0) /
                     static_cast<double>(terms.size())));
}

/// A loss without settings and weights by its formula, which shares nothing
/// with the compiler.
static Result evaluateLoss(Operation *op, const Environment &env) {
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](graph::BceWithLogitsOp op) {
        return reduce(op, env, bceWithLogits);
      })
      .Case([&](graph::MseOp op) { return reduce(op, env, mse); })
      .Case([&](graph::CrossEntropyOp op) { return crossEntropy(op, env); })
      .Default([&](Operation *op) { return evaluateDecomposition(op, env); });
}

Result evaluateGraphOp(Operation *op, const Environment &env) {
  if (auto loss = dyn_cast<graph::LossOpInterface>(op))
    return op->getAttrDictionary().empty() && !loss.getWeight()
               ? evaluateLoss(op, env)
               : evaluateDecomposition(op, env);
  auto of1 = [&](auto function) { return unary(op, env, function); };
  auto of2 = [&](auto function) { return binary(op, env, function); };
  auto wholeOf = [&](Reals (*function)(const Reals &)) -> Result {
    return Datum(function(env.reals(op->getOperand(0))));
  };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](graph::AddOp) { return of2(std::plus<>()); })
      .Case([&](graph::SubOp) { return of2(std::minus<>()); })
      .Case([&](graph::MulOp) { return of2(std::multiplies<>()); })
      .Case([&](graph::ScaleOp op) {
        const double factor = op.getFactor().convertToDouble();
        return of1([=](double x) { return factor * x; });
      })
      .Case([&](graph::ReluOp) { return of1(relu); })
      .Case([&](graph::LeakyReluOp op) {
        const double slope = op.getSlope().convertToDouble();
        return of1([=](double x) { return leakyRelu(x, slope); });
      })
      .Case([&](graph::SigmoidOp) { return of1(sigmoid); })
      .Case([&](graph::TanhOp) {
        return of1([](double x) { return std::tanh(x); });
      })
      .Case([&](graph::GeluOp) { return of1(gelu); })
      .Case([&](graph::SiluOp) {
        return of1([](double x) { return x / (1 + std::exp(-x)); });
      })
      .Case([&](graph::MishOp) {
        return of1([](double x) {
          return x * std::tanh(std::log1p(std::exp(-std::abs(x))) +
                               std::max(x, 0.0));
        });
      })
      .Case([&](graph::SeluOp) {
        return of1([](double x) {
          constexpr double scale = 1.0507009873554805;
          constexpr double alpha = 1.6732632423543772;
          return scale * (x > 0 ? x : alpha * std::expm1(x));
        });
      })
      .Case([&](graph::SoftmaxOp) { return wholeOf(softmax); })
      .Case([&](graph::SumRowOp) { return wholeOf(sumRow); })
      .Case([&](graph::SumBatchOp) { return wholeOf(sumBatch); })
      .Case([&](graph::SumSquaresOp) { return wholeOf(sumSquares); })
      .Case([&](graph::AverageOp) { return wholeOf(average); })
      .Case([&](graph::DotPlacesOp op) -> Result {
        return Datum(dotPlaces(env.reals(op.getLhs()), env.reals(op.getRhs())));
      })
      .Case([&](graph::SpreadOp op) -> Result {
        return Datum(
            spread(env.reals(op.getInput()), env.shape(op.getLike())[1]));
      })
      .Case([&](graph::ScaleColumnsOp op) -> Result {
        return Datum(
            scaleColumns(env.reals(op.getInput()), env.reals(op.getFactors())));
      })
      .Case([&](graph::LayerNormOp op) -> Result {
        return Datum(layerNorm(
            env.reals(op.getInput()), env.reals(op.getFactors()),
            env.reals(op.getShifts()), op.getEpsilon().convertToDouble()));
      })
      .Case([&](graph::BatchNormOp op) -> Result {
        return Datum(
            batchNorm(env.reals(op.getInput()), env.reals(op.getFactors()),
                      env.reals(op.getShifts()), env.reals(op.getMean()),
                      env.reals(op.getVariance()),
                      op.getEpsilon().convertToDouble(), op.getByBatch()));
      })
      .Case([&](graph::RepeatRowOp op) -> Result {
        return Datum(
            repeatRow(env.reals(op.getRow()), env.shape(op.getLike())));
      })
      .Case([&](graph::RepeatColumnOp op) -> Result {
        return Datum(
            repeatColumn(env.reals(op.getColumn()), env.shape(op.getLike())));
      })
      .Case([&](graph::ReshapeOp op) { return reshape(op, env); })
      .Case([&](graph::DropoutOp op) { return dropout(op, env); })
      .Case([&](graph::LinearOp op) { return linear(op, env); })
      .Case([&](graph::DequantizeOp op) { return dequantize(op, env); })
      .Case([&](graph::MatmulOp op) { return matmul(op, env); })
      .Case([&](graph::SampledMatmulOp op) { return sampledMatmul(op, env); })
      .Case([&](graph::LogSumExpOp) { return wholeOf(logSumExp); })
      .Case([&](graph::PickOp op) { return pick(op, env); })
      .Case([&](graph::OneHotOp op) { return oneHot(op, env); })
      .Case([&](graph::GatherOp op) { return gather(op, env); })
      .Case([&](graph::TouchedColumnsOp op) { return touchedColumns(op, env); })
      .Default([&](Operation *op) { return evaluateDecomposition(op, env); });
}

} // namespace mlc::reference
