//===- PathRules.cpp - Means of derivatives along a straight line ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The mean of f' while x moves from x0 to x1 at a constant speed is the slope
// of the chord, (f(x1) - f(x0)) / (x1 - x0), whatever f is. Where x1 is close
// to x0, the difference of f has lost its digits, so that f' itself is taken.

#include "dialects/Graph/ActivationFormulas.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"

using namespace mlir;
using namespace mlc::graph;

namespace {

/// Where a path begins and ends.
struct Line {
  TensorExpr begin, end;
};

/// Of f(x) = max(x, 0): the share of the way on which x is above 0. It loses no
/// digits: where both ends are above 0, the differences are the same number.
TensorExpr meanStep(Line x) {
  TensorExpr way = x.end - x.begin;
  TensorExpr length = abs(way);
  TensorExpr upper = max(x.end, 0.0), lower = max(x.begin, 0.0);
  TensorExpr one = way.filled(1.0), zero = way.filled(0.0);
  TensorExpr atRest = ifPositive(x.end, one, zero);
  TensorExpr rise = upper - lower;
  TensorExpr chord = rise / ifPositive(length, way, one);
  return ifPositive(length, chord, atRest);
}

/// Of a smooth f and its derivative. On less than `kShort` of a way the mean is
/// that of f' at the two points of Gauss and Legendre, whose error is below
/// f'''''(x) kShort^4 / 4320, less than f32 resolves; on more, the chord's is
/// that of f divided by kShort.
template <typename Function, typename Derivative>
TensorExpr meanSlope(Line x, Function f, Derivative derivative) {
  constexpr double kShort = 0.125;
  constexpr double kGaussPoint = 0.28867513459481287; // 1 / (2 sqrt(3))
  TensorExpr way = x.end - x.begin;
  TensorExpr tooFar = abs(way) + -kShort;
  TensorExpr one = way.filled(1.0);
  TensorExpr upper = f(x.end), lower = f(x.begin);
  TensorExpr rise = upper - lower;
  TensorExpr chord = rise / ifPositive(tooFar, way, one);
  TensorExpr middle = (x.begin + x.end) * 0.5;
  TensorExpr aside = way * kGaussPoint;
  TensorExpr before = derivative(middle - aside);
  TensorExpr after = derivative(middle + aside);
  return ifPositive(tooFar, chord, (before + after) * 0.5);
}

/// Adds dy times `rule(line of the operand)`.
template <typename OpTy, typename Rule>
void alongUnary(OpTy op, Gradients &gradients, PathEnds &ends, Rule rule) {
  if (!gradients.wants(op.getInput()))
    return;
  OpBuilder &b = gradients.builder();
  Line x{{b, ends.atBegin(op.getInput()), op.getLoc()},
         {b, ends.atEnd(op.getInput()), op.getLoc()}};
  TensorExpr slope = rule(x);
  TensorExpr dy(b, gradients.ofResult());
  gradients.add(op.getInput(), (dy * slope).value());
}

} // namespace

void ReluOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  alongUnary(*this, gradients, ends, meanStep);
}

void LeakyReluOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  const double slope = getSlope().convertToDouble();
  alongUnary(*this, gradients, ends,
             [=](Line x) { return meanStep(x) * (1.0 - slope) + slope; });
}

void SeluOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  alongUnary(*this, gradients, ends, [](Line x) {
    // x is the sum of max(x, 0) and min(x, 0): selu is linear in the one and
    // an exponential in the other.
    TensorExpr step = meanStep(x);
    auto negative = [](TensorExpr end) { return end - max(end, 0.0); };
    Line below{negative(x.begin), negative(x.end)};
    auto exponential = [](TensorExpr end) { return exp(end); };
    TensorExpr slope = meanSlope(below, exponential, exponential);
    TensorExpr share = (1.0 - step) * slope;
    TensorExpr negativePart = share * (kSeluScale * kSeluAlpha);
    return step * kSeluScale + negativePart;
  });
}

void SigmoidOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  alongUnary(*this, gradients, ends, [](Line x) {
    return meanSlope(
        x, [](TensorExpr end) { return sigmoid(end); },
        [](TensorExpr end) { return derivativeOfSigmoid(sigmoid(end)); });
  });
}

void TanhOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  alongUnary(*this, gradients, ends, [](Line x) {
    return meanSlope(
        x, [](TensorExpr end) { return tanh(end); },
        [](TensorExpr end) { return derivativeOfTanh(tanh(end)); });
  });
}

void GeluOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  alongUnary(*this, gradients, ends, [](Line x) {
    return meanSlope(
        x, [](TensorExpr end) { return end * normalCdf(end); },
        derivativeOfGelu);
  });
}

void SiluOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  alongUnary(*this, gradients, ends, [](Line x) {
    return meanSlope(
        x, [](TensorExpr end) { return end * sigmoid(end); },
        [](TensorExpr end) {
          TensorExpr s = sigmoid(end);
          return derivativeOfSilu(end * s, s);
        });
  });
}

void MishOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  alongUnary(*this, gradients, ends, [](Line x) {
    return meanSlope(
        x, [](TensorExpr end) { return end * tanhOfSoftplus(end); },
        [](TensorExpr end) {
          TensorExpr t = tanhOfSoftplus(end);
          TensorExpr slope = end * sigmoid(end);
          return t + slope * derivativeOfTanh(t);
        });
  });
}

/// Of two straight lines the mean of a product's derivative is the mean of the
/// other factor.
void MulOp::differentiateAlong(Gradients &gradients, PathEnds &ends) {
  OpBuilder &b = gradients.builder();
  auto meanOf = [&](Value operand) {
    TensorExpr begin(b, ends.atBegin(operand)), end(b, ends.atEnd(operand));
    return (begin + end) * 0.5;
  };
  TensorExpr dy(b, gradients.ofResult());
  if (gradients.wants(getLhs()))
    gradients.add(getLhs(), (dy * meanOf(getRhs())).value());
  if (gradients.wants(getRhs()))
    gradients.add(getRhs(), (dy * meanOf(getLhs())).value());
}
