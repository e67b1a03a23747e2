//===- Optimizers.cpp - What one step of descent does ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/OptimizerSupport.h"

using namespace mlir;
using namespace mlc::graph;

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
  return getMomentum() == 0.0 && getWeightDecay() == 0.0
             ? skipUntouched(step, result)
             : result;
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
  if (Value batch = getLazy() ? sparseBatchOf(step) : Value())
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
