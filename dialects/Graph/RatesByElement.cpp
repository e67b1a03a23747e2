//===- RatesByElement.cpp - Optimisers with a rate for each element -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Adagrad and what follows it: a rate that falls with the squares of an
// element's gradients.

#include "dialects/Graph/OptimizerSupport.h"

using namespace mlir;
using namespace mlc::graph;

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

//===----------------------------------------------------------------------===//
// FtrlAttr
//===----------------------------------------------------------------------===//

LogicalResult FtrlAttr::verify(EmitError emitError, Number alpha, Number beta,
                               Number l1, Number l2) {
  if (failed(verifyNotNegative(emitError, "beta", beta)) ||
      failed(verifyNotNegative(emitError, "l1", l1)) ||
      failed(verifyNotNegative(emitError, "l2", l2)))
    return failure();
  return verifyPositive(emitError, "alpha", alpha, "C2");
}

SmallVector<StringRef> FtrlAttr::getStateNames() const {
  return {"linear", "accumulator"};
}

OptimizerResult FtrlAttr::buildUpdate(const OptimizerStep &step) const {
  OpBuilder &b = step.builder;
  Scalars scalars(step);
  TensorExpr w(b, step.parameter), g(b, step.gradient);
  TensorExpr z(b, step.states[0]), n(b, step.states[1]);
  Value one = scalars.number(1.0), beta = scalars.number(getBeta());
  Value l2 = scalars.number(getL2());
  Value inverse = scalars.div(one, step.learningRate);
  Value first = scalars.add(scalars.mul(inverse, beta), l2);
  // (beta + sqrt(n)) / alpha + l2 of n = 0, and what it grows by with sqrt(n).
  TensorExpr atZero = w.spread(scalars.narrow(first));
  TensorExpr perRoot = w.spread(scalars.narrow(inverse));

  TensorExpr begin = w * atZero;
  if (getL1() != 0.0)
    begin = begin + sign(w) * getL1();
  TensorExpr before = ifPositive(n, z, begin * -1.0);
  TensorExpr square = g * g;
  TensorExpr sum = n + square;
  TensorExpr root = sqrt(sum);
  TensorExpr growth = (root - sqrt(n)) * perRoot;
  TensorExpr moved = growth * w;
  TensorExpr linear = before + g - moved;
  // sign(z) * max(|z| - l1, 0), negated.
  TensorExpr pull = getL1() == 0.0
                        ? linear * -1.0
                        : min(max(linear, -getL1()), getL1()) - linear;
  TensorExpr changed = quotient(pull, root * perRoot + atZero);

  OptimizerResult result{ifPositive(square, changed, w).value(), {}};
  result.states.push_back(ifPositive(square, linear, z).value());
  result.states.push_back(sum.value());
  return skipUntouched(step, result);
}
