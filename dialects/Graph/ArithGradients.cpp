//===- ArithGradients.cpp - Gradients of arith and math ops on tensors ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What composite ops without a gradient rule are differentiated by: the ops
// that TensorExpr builds, on whole tensors. At a kink, the derivative from the
// left.

#include "dialects/Graph/ArithGradients.h"
#include "dialects/Graph/TensorExpr.h"

#include <cmath>
#include <numbers>

using namespace mlir;
using namespace mlc::graph;

namespace {

template <typename OpTy, void (*rule)(OpTy, Gradients &)>
struct Model
    : DifferentiableOpInterface::ExternalModel<Model<OpTy, rule>, OpTy> {
  void differentiate(Operation *op, Gradients &gradients) const {
    rule(cast<OpTy>(op), gradients);
  }
};

/// Adds `share(x, y, dy)` to the gradient of operand `index`, of values of the
/// operands x and the result y.
template <typename Share>
void add(Operation *op, unsigned index, Gradients &gradients, Share share) {
  Value operand = op->getOperand(index);
  if (!gradients.wants(operand))
    return;
  OpBuilder &b = gradients.builder();
  TensorExpr dy(b, gradients.ofResult());
  gradients.add(operand, share(dy).value());
}

TensorExpr expr(Gradients &gradients, Value value) {
  return {gradients.builder(), value};
}

void ofAdd(arith::AddFOp op, Gradients &gradients) {
  for (unsigned index : {0, 1})
    add(op, index, gradients, [](TensorExpr dy) { return dy; });
}

void ofSub(arith::SubFOp op, Gradients &gradients) {
  add(op, 0, gradients, [](TensorExpr dy) { return dy; });
  add(op, 1, gradients, [](TensorExpr dy) { return dy * -1.0; });
}

void ofMul(arith::MulFOp op, Gradients &gradients) {
  for (unsigned index : {0, 1})
    add(op, index, gradients, [&](TensorExpr dy) {
      return dy * expr(gradients, op->getOperand(1 - index));
    });
}

void ofDiv(arith::DivFOp op, Gradients &gradients) {
  add(op, 0, gradients,
      [&](TensorExpr dy) { return dy / expr(gradients, op.getRhs()); });
  add(op, 1, gradients, [&](TensorExpr dy) {
    TensorExpr y = expr(gradients, op.getResult());
    return dy * y / expr(gradients, op.getRhs()) * -1.0;
  });
}

void ofNeg(arith::NegFOp op, Gradients &gradients) {
  add(op, 0, gradients, [](TensorExpr dy) { return dy * -1.0; });
}

void ofMaximum(arith::MaximumFOp op, Gradients &gradients) {
  TensorExpr a = expr(gradients, op.getLhs());
  TensorExpr b = expr(gradients, op.getRhs());
  add(op, 0, gradients, [&](TensorExpr dy) {
    TensorExpr difference = a - b;
    return ifPositive(difference, dy, dy.filled(0.0));
  });
  add(op, 1, gradients, [&](TensorExpr dy) {
    TensorExpr difference = a - b;
    return ifPositive(difference, dy.filled(0.0), dy);
  });
}

/// The condition is taken as it is.
void ofSelect(arith::SelectOp op, Gradients &gradients) {
  OpBuilder &b = gradients.builder();
  auto choose = [&](TensorExpr yes, TensorExpr no) {
    return expr(gradients,
                arith::SelectOp::create(b, op.getLoc(), op.getCondition(),
                                        yes.value(), no.value()));
  };
  add(op, 1, gradients,
      [&](TensorExpr dy) { return choose(dy, dy.filled(0.0)); });
  add(op, 2, gradients,
      [&](TensorExpr dy) { return choose(dy.filled(0.0), dy); });
}

void ofAbs(math::AbsFOp op, Gradients &gradients) {
  add(op, 0, gradients, [&](TensorExpr dy) {
    TensorExpr x = expr(gradients, op.getOperand());
    TensorExpr negative = dy * -1.0;
    return ifPositive(x, dy, negative);
  });
}

void ofExp(math::ExpOp op, Gradients &gradients) {
  add(op, 0, gradients,
      [&](TensorExpr dy) { return dy * expr(gradients, op.getResult()); });
}

void ofLog(math::LogOp op, Gradients &gradients) {
  add(op, 0, gradients,
      [&](TensorExpr dy) { return dy / expr(gradients, op.getOperand()); });
}

void ofLog1p(math::Log1pOp op, Gradients &gradients) {
  add(op, 0, gradients, [&](TensorExpr dy) {
    TensorExpr x = expr(gradients, op.getOperand());
    return dy / (x + 1.0);
  });
}

void ofSqrt(math::SqrtOp op, Gradients &gradients) {
  add(op, 0, gradients, [&](TensorExpr dy) {
    TensorExpr y = expr(gradients, op.getResult());
    return dy / (y * 2.0);
  });
}

void ofTanh(math::TanhOp op, Gradients &gradients) {
  add(op, 0, gradients, [&](TensorExpr dy) {
    TensorExpr y = expr(gradients, op.getResult());
    TensorExpr square = y * y;
    return dy * (1.0 - square);
  });
}

void ofErf(math::ErfOp op, Gradients &gradients) {
  add(op, 0, gradients, [&](TensorExpr dy) {
    TensorExpr x = expr(gradients, op.getOperand());
    TensorExpr square = x * x;
    return dy * (exp(square * -1.0) * (2.0 * std::numbers::inv_sqrtpi));
  });
}

template <typename OpTy, void (*rule)(OpTy, Gradients &)>
void attach(MLIRContext *context) {
  OpTy::template attachInterface<Model<OpTy, rule>>(*context);
}

} // namespace

void mlc::graph::attachArithGradients(MLIRContext *context) {
  attach<arith::AddFOp, ofAdd>(context);
  attach<arith::SubFOp, ofSub>(context);
  attach<arith::MulFOp, ofMul>(context);
  attach<arith::DivFOp, ofDiv>(context);
  attach<arith::NegFOp, ofNeg>(context);
  attach<arith::MaximumFOp, ofMaximum>(context);
  attach<arith::SelectOp, ofSelect>(context);
  attach<math::AbsFOp, ofAbs>(context);
  attach<math::ExpOp, ofExp>(context);
  attach<math::LogOp, ofLog>(context);
  attach<math::Log1pOp, ofLog1p>(context);
  attach<math::SqrtOp, ofSqrt>(context);
  attach<math::TanhOp, ofTanh>(context);
  attach<math::ErfOp, ofErf>(context);
}
