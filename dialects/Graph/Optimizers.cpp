//===- Optimizers.cpp - What one step of descent does ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"

#include <cmath>

using namespace mlir;
using namespace mlc::graph;

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult verifyNotNegative(EmitError emitError, StringRef name,
                                       double value) {
  if (!(std::isfinite(value) && value >= 0))
    return emitError() << "expected a finite " << name
                       << " of 0 or more (C1), but got " << value;
  return success();
}

static LogicalResult verifyFraction(EmitError emitError, StringRef name,
                                    double value) {
  if (!(value >= 0 && value < 1))
    return emitError() << "expected " << name << " in [0, 1) (C2), but got "
                       << value;
  return success();
}

static LogicalResult verifyPositive(EmitError emitError, StringRef name,
                                    double value, StringRef constraint) {
  if (!(std::isfinite(value) && value > 0))
    return emitError() << "expected a finite " << name << " above 0 ("
                       << constraint << "), but got " << value;
  return success();
}

/// Scalar arithmetic in f64, as PyTorch does it, narrowed to f32 at the end.
namespace {
class Scalars {
public:
  explicit Scalars(const OptimizerStep &step)
      : b_(step.builder), loc_(step.parameter.getLoc()) {}
  Value number(double value) {
    return arith::ConstantOp::create(b_, loc_, b_.getF64FloatAttr(value));
  }
  /// An integer as a number.
  Value real(Value x) {
    return arith::SIToFPOp::create(b_, loc_, b_.getF64Type(), x);
  }
  Value add(Value x, Value y) { return arith::AddFOp::create(b_, loc_, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b_, loc_, x, y); }
  Value div(Value x, Value y) { return arith::DivFOp::create(b_, loc_, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b_, loc_, x, y); }
  Value sqrt(Value x) { return math::SqrtOp::create(b_, loc_, x); }
  Value narrow(Value x) {
    return arith::TruncFOp::create(b_, loc_, b_.getF32Type(), x);
  }
  /// 1 - base^step.
  Value biasCorrection(double base, Value step) {
    Value exponent = real(step);
    Value power = math::PowFOp::create(b_, loc_, number(base), exponent);
    return sub(number(1.0), power);
  }

private:
  OpBuilder &b_;
  Location loc_;
};
} // namespace

/// w - learning_rate * decay * w: a decay that does not pass through gradients.
static TensorExpr decayed(const OptimizerStep &step, Scalars &scalars,
                          TensorExpr w, double decay) {
  if (decay == 0.0)
    return w;
  Value lost = scalars.mul(step.learningRate, scalars.number(decay));
  Value kept = scalars.narrow(scalars.sub(scalars.number(1.0), lost));
  return w * w.spread(kept);
}

//===----------------------------------------------------------------------===//
// Rows that a batch touches
//===----------------------------------------------------------------------===//

/// The batch of `#graph.csr` data whose entries alone make `gradient`: x of
/// x^T dy, or of a sum of such products, each within bounds or not. Null where
/// there is none.
static Value sparseBatchOf(Value gradient) {
  if (auto sum = gradient.getDefiningOp<arith::AddFOp>()) {
    Value batch = sparseBatchOf(sum.getLhs());
    return batch == sparseBatchOf(sum.getRhs()) ? batch : Value();
  }
  // mlc-clip: bounds around 0 leave a 0 as it is.
  if (Operation *bounded = gradient.getDefiningOp();
      isa_and_present<arith::MaximumFOp, arith::MinimumFOp>(bounded))
    return sparseBatchOf(bounded->getOperand(0));
  auto product = gradient.getDefiningOp<MatmulOp>();
  return product && product.getTransposeLhs() &&
                 isCsr(product.getLhs().getType())
             ? product.getLhs()
             : Value();
}

/// `update`, but the parameter and the states keep the rows of columns that
/// `batch` has not.
static OptimizerResult keepUntouched(const OptimizerStep &step, Value batch,
                                     OptimizerResult update) {
  OpBuilder &b = step.builder;
  Location loc = step.parameter.getLoc();
  auto type = cast<RankedTensorType>(step.parameter.getType());
  Value touched =
      TouchedColumnsOp::create(b, loc, type.clone(b.getI1Type()), batch);
  auto keep = [&](Value &changed, Value old) {
    changed = arith::SelectOp::create(b, loc, touched, changed, old);
  };
  keep(update.parameter, step.parameter);
  for (auto [changed, old] : llvm::zip_equal(update.states, step.states))
    keep(changed, old);
  return update;
}

//===----------------------------------------------------------------------===//
// SgdAttr
//===----------------------------------------------------------------------===//

LogicalResult SgdAttr::verify(EmitError emitError, Number rate, Number momentum,
                              Number decay, bool nesterov) {
  if (failed(verifyNotNegative(emitError, "learning_rate", rate)) ||
      failed(verifyNotNegative(emitError, "weight_decay", decay)) ||
      failed(verifyFraction(emitError, "momentum", momentum)))
    return failure();
  if (nesterov && momentum == 0.0)
    return emitError() << "expected a momentum above 0 with nesterov (C3)";
  return success();
}

SmallVector<StringRef> SgdAttr::getStateNames() const {
  return getMomentum() == 0.0 ? SmallVector<StringRef>()
                              : SmallVector<StringRef>{"momentum_buffer"};
}

OptimizerResult SgdAttr::buildUpdate(const OptimizerStep &step) const {
  OpBuilder &b = step.builder;
  Scalars scalars(step);
  TensorExpr w(b, step.parameter), g(b, step.gradient);
  OptimizerResult result;
  if (getWeightDecay() != 0.0)
    g = g + w * getWeightDecay();
  if (getMomentum() != 0.0) {
    TensorExpr buffer = TensorExpr(b, step.states[0]) * getMomentum() + g;
    result.states.push_back(buffer.value());
    g = getNesterov() ? g + buffer * getMomentum() : buffer;
  }
  w = w - g * g.spread(scalars.narrow(step.learningRate));
  result.parameter = w.value();
  // Without state or decay a gradient of 0 changes nothing.
  Value batch = getMomentum() == 0.0 && getWeightDecay() == 0.0
                    ? sparseBatchOf(step.gradient)
                    : Value();
  const bool isLong =
      cast<RankedTensorType>(step.parameter.getType()).getDimSize(0) >=
      step.manyRows;
  return batch && isLong ? keepUntouched(step, batch, result) : result;
}

//===----------------------------------------------------------------------===//
// AdamAttr, AdamWAttr
//===----------------------------------------------------------------------===//

static LogicalResult verifyAdam(EmitError emitError, double rate, double beta1,
                                double beta2, double epsilon, double decay) {
  if (failed(verifyNotNegative(emitError, "learning_rate", rate)) ||
      failed(verifyNotNegative(emitError, "weight_decay", decay)) ||
      failed(verifyFraction(emitError, "beta1", beta1)) ||
      failed(verifyFraction(emitError, "beta2", beta2)))
    return failure();
  return verifyPositive(emitError, "epsilon", epsilon, "C3");
}

/// Adam's step from parameter `w` and gradient `g`, either decayed before;
/// SparseAdam has epsilon beside the root before its bias correction.
template <typename AttrTy>
static OptimizerResult buildAdam(AttrTy adam, const OptimizerStep &step,
                                 TensorExpr w, TensorExpr g,
                                 bool isSparse = false) {
  OpBuilder &b = step.builder;
  Scalars scalars(step);
  TensorExpr m(b, step.states[0]), v(b, step.states[1]);
  m = m * adam.getBeta1() + g * (1.0 - adam.getBeta1());
  v = v * adam.getBeta2() + g * g * (1.0 - adam.getBeta2());

  Value correction1 = scalars.biasCorrection(adam.getBeta1(), step.number);
  Value correction2 = scalars.biasCorrection(adam.getBeta2(), step.number);
  auto root = [&] { return scalars.sqrt(correction2); };
  Value rate =
      isSparse ? scalars.mul(step.learningRate, root()) : step.learningRate;
  Value size = scalars.narrow(scalars.div(rate, correction1));
  TensorExpr denominator = v;
  if (isSparse) {
    denominator = sqrt(v) + adam.getEpsilon();
  } else {
    Value scale = scalars.narrow(scalars.div(scalars.number(1.0), root()));
    denominator = sqrt(v) * v.spread(scale) + adam.getEpsilon();
  }
  w = w - quotient(m * m.spread(size), denominator);
  return {w.value(), {m.value(), v.value()}};
}

LogicalResult AdamAttr::verify(EmitError emitError, bool lazy, Number rate,
                               Number beta1, Number beta2, Number epsilon,
                               Number decay) {
  if (lazy && decay != 0.0)
    return emitError() << "expected no weight_decay with lazy, which changes "
                          "only rows that a batch touches (C4), but got "
                       << static_cast<double>(decay);
  return verifyAdam(emitError, rate, beta1, beta2, epsilon, decay);
}
SmallVector<StringRef> AdamAttr::getStateNames() const {
  return {"exp_avg", "exp_avg_sq"};
}
OptimizerResult AdamAttr::buildUpdate(const OptimizerStep &step) const {
  TensorExpr w(step.builder, step.parameter), g(step.builder, step.gradient);
  if (Value batch = getLazy() ? sparseBatchOf(step.gradient) : Value())
    return keepUntouched(step, batch,
                         buildAdam(*this, step, w, g, /*isSparse=*/true));
  if (getWeightDecay() != 0.0)
    g = g + w * getWeightDecay();
  return buildAdam(*this, step, w, g);
}

LogicalResult AdamWAttr::verify(EmitError emitError, Number rate, Number beta1,
                                Number beta2, Number epsilon, Number decay) {
  return verifyAdam(emitError, rate, beta1, beta2, epsilon, decay);
}
SmallVector<StringRef> AdamWAttr::getStateNames() const {
  return {"exp_avg", "exp_avg_sq"};
}
OptimizerResult AdamWAttr::buildUpdate(const OptimizerStep &step) const {
  Scalars scalars(step);
  TensorExpr w(step.builder, step.parameter), g(step.builder, step.gradient);
  w = decayed(step, scalars, w, getWeightDecay());
  return buildAdam(*this, step, w, g);
}

//===----------------------------------------------------------------------===//
// AdagradAttr
//===----------------------------------------------------------------------===//

LogicalResult AdagradAttr::verify(EmitError emitError, Number rate,
                                  Number rateDecay, Number initial,
                                  Number epsilon, Number decay) {
  if (failed(verifyNotNegative(emitError, "learning_rate", rate)) ||
      failed(verifyNotNegative(emitError, "lr_decay", rateDecay)) ||
      failed(
          verifyNotNegative(emitError, "initial_accumulator_value", initial)) ||
      failed(verifyNotNegative(emitError, "weight_decay", decay)))
    return failure();
  return verifyPositive(emitError, "epsilon", epsilon, "C2");
}

SmallVector<StringRef> AdagradAttr::getStateNames() const { return {"sum"}; }

OptimizerResult AdagradAttr::buildUpdate(const OptimizerStep &step) const {
  OpBuilder &b = step.builder;
  Scalars scalars(step);
  TensorExpr w(b, step.parameter), g(b, step.gradient), sum(b, step.states[0]);
  if (getWeightDecay() != 0.0)
    g = g + w * getWeightDecay();
  sum = sum + g * g;
  Value rate = step.learningRate;
  if (getLrDecay() != 0.0) {
    Value before = scalars.sub(scalars.real(step.number), scalars.number(1.0));
    Value decayed = scalars.mul(before, scalars.number(getLrDecay()));
    rate = scalars.div(rate, scalars.add(scalars.number(1.0), decayed));
  }
  TensorExpr all = sum;
  if (getInitialAccumulatorValue() != 0.0)
    all = all + getInitialAccumulatorValue();
  TensorExpr denominator = sqrt(all) + getEpsilon();
  TensorExpr change = g * g.spread(scalars.narrow(rate));
  w = w - quotient(change, denominator);
  return {w.value(), {sum.value()}};
}

//===----------------------------------------------------------------------===//
// LionAttr
//===----------------------------------------------------------------------===//

LogicalResult LionAttr::verify(EmitError emitError, Number rate, Number beta1,
                               Number beta2, Number decay) {
  if (failed(verifyNotNegative(emitError, "learning_rate", rate)) ||
      failed(verifyNotNegative(emitError, "weight_decay", decay)) ||
      failed(verifyFraction(emitError, "beta1", beta1)))
    return failure();
  return verifyFraction(emitError, "beta2", beta2);
}

SmallVector<StringRef> LionAttr::getStateNames() const { return {"exp_avg"}; }

OptimizerResult LionAttr::buildUpdate(const OptimizerStep &step) const {
  OpBuilder &b = step.builder;
  Scalars scalars(step);
  TensorExpr w(b, step.parameter), g(b, step.gradient), m(b, step.states[0]);
  w = decayed(step, scalars, w, getWeightDecay());
  TensorExpr kept = m * getBeta1();
  TensorExpr direction = sign(kept + g * (1.0 - getBeta1()));
  w = w - direction * w.spread(scalars.narrow(step.learningRate));
  kept = m * getBeta2();
  m = kept + g * (1.0 - getBeta2());
  return {w.value(), {m.value()}};
}

//===----------------------------------------------------------------------===//
// RmspropAttr
//===----------------------------------------------------------------------===//

LogicalResult RmspropAttr::verify(EmitError emitError, Number rate,
                                  Number alpha, Number momentum, Number epsilon,
                                  Number decay) {
  if (failed(verifyNotNegative(emitError, "learning_rate", rate)) ||
      failed(verifyNotNegative(emitError, "weight_decay", decay)) ||
      failed(verifyFraction(emitError, "alpha", alpha)) ||
      failed(verifyFraction(emitError, "momentum", momentum)))
    return failure();
  return verifyPositive(emitError, "epsilon", epsilon, "C3");
}

SmallVector<StringRef> RmspropAttr::getStateNames() const {
  SmallVector<StringRef> names{"square_avg"};
  if (getMomentum() != 0.0)
    names.push_back("momentum_buffer");
  return names;
}

OptimizerResult RmspropAttr::buildUpdate(const OptimizerStep &step) const {
  OpBuilder &b = step.builder;
  Scalars scalars(step);
  TensorExpr w(b, step.parameter), g(b, step.gradient), v(b, step.states[0]);
  if (getWeightDecay() != 0.0)
    g = g + w * getWeightDecay();
  TensorExpr kept = v * getAlpha();
  v = kept + g * g * (1.0 - getAlpha());
  OptimizerResult result{{}, {v.value()}};
  TensorExpr change = quotient(g, sqrt(v) + getEpsilon());
  if (getMomentum() != 0.0) {
    change = TensorExpr(b, step.states[1]) * getMomentum() + change;
    result.states.push_back(change.value());
  }
  w = w - change * change.spread(scalars.narrow(step.learningRate));
  result.parameter = w.value();
  return result;
}
