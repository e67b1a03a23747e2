//===- ClipGradients.cpp - Gradients within bounds ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/TensorExpr.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/Autodiff/StepBuilder.h"
#include "lib/CostModel.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlc {
#define GEN_PASS_DEF_CLIPGRADIENTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

/// The gradients that a step returns, and what is put in their place.
class Gradients {
public:
  Gradients(func::FuncOp step, TrainOp train)
      : step_(step), end_(step.getBody().front().getTerminator()), b_(end_) {
    shortestRows_ =
        train.getOptimizer().isLazy() ? 0 : CostModel::of(step).manyRows;
  }

  /// Each element into [-bound, bound].
  void clipValues(double bound) {
    replaceEach([&](Value gradient) {
      // Both keep NaN, so that training that has gone wrong is seen.
      return min(max(TensorExpr(b_, gradient), -bound), bound).value();
    });
  }

  /// All by one factor, so that their norm is at most `bound`; the step returns
  /// the norm that they had.
  void clipNorm(double bound) {
    Value norm = this->norm();
    Value factor = factorFor(norm, bound);
    replaceEach([&](Value gradient) { return scaled(gradient, factor); });
    SmallVector<StringRef> roles = steps::resultRoles(step_);
    roles.push_back(steps::kGradientNorm);
    end_->insertOperands(end_->getNumOperands(), norm);
    steps::setResults(step_, roles);
  }

private:
  void replaceEach(function_ref<Value(Value)> changed) {
    for (auto [index, role] : llvm::enumerate(steps::resultRoles(step_)))
      if (role == steps::kGradient)
        end_->setOperand(index, changed(end_->getOperand(index)));
  }

  Value number(double value) {
    return arith::ConstantOp::create(b_, step_.getLoc(),
                                     b_.getF64FloatAttr(value));
  }

  /// Of all gradients together, tensor<f32>: the root of the sums of squares of
  /// each, added in the parameters' order.
  Value norm() {
    Value sum;
    for (auto [index, role] : llvm::enumerate(steps::resultRoles(step_))) {
      if (role != steps::kGradient)
        continue;
      Value gradient = end_->getOperand(index);
      Location loc = gradient.getLoc();
      Value squares = SumSquaresOp::create(b_, loc, gradient);
      sum = sum ? arith::AddFOp::create(b_, loc, sum, squares).getResult()
                : squares;
    }
    return math::SqrtOp::create(b_, step_.getLoc(), sum);
  }

  /// min(1, bound / (norm + 1e-6)), f32, as PyTorch's clip_grad_norm_; NaN
  /// where the norm is.
  Value factorFor(Value norm, double bound) {
    Location loc = step_.getLoc();
    Value element = tensor::ExtractOp::create(b_, loc, norm, ValueRange());
    Value wide = arith::ExtFOp::create(b_, loc, b_.getF64Type(), element);
    Value above = arith::AddFOp::create(b_, loc, wide, number(1e-6));
    Value share = arith::DivFOp::create(b_, loc, number(bound), above);
    Value least = arith::MinimumFOp::create(b_, loc, share, number(1.0));
    return arith::TruncFOp::create(b_, loc, b_.getF32Type(), least);
  }

  /// The gradient times the factor. Of x^T dy that may have few rows that are
  /// not 0, dy is multiplied: the update is then still one of these rows, and
  /// the norm is found without the others. Another product takes longer to
  /// compute twice than to store.
  Value scaled(Value gradient, Value factor) {
    if (!isOfFewRows(gradient)) {
      TensorExpr all(b_, gradient);
      return (all * all.spread(factor)).value();
    }
    if (auto sum = gradient.getDefiningOp<arith::AddFOp>())
      return arith::AddFOp::create(b_, sum.getLoc(),
                                   scaled(sum.getLhs(), factor),
                                   scaled(sum.getRhs(), factor));
    auto product = gradient.getDefiningOp<MatmulOp>();
    TensorExpr right(b_, product.getRhs(), product.getLoc());
    return MatmulOp::create(b_, product.getLoc(), product.getLhs(),
                            (right * right.spread(factor)).value(),
                            product.getTransposeLhs(),
                            product.getTransposeRhs());
  }

  /// Whether a gradient is x^T dy, or a sum of such products, whose update is
  /// one of the rows that the batch x touches.
  bool isOfFewRows(Value gradient) const {
    if (auto sum = gradient.getDefiningOp<arith::AddFOp>())
      return isOfFewRows(sum.getLhs()) && isOfFewRows(sum.getRhs());
    auto product = gradient.getDefiningOp<MatmulOp>();
    return product && isCsr(product.getLhs().getType()) &&
           cast<RankedTensorType>(gradient.getType()).getDimSize(0) >=
               shortestRows_;
  }

  func::FuncOp step_;
  Operation *end_;
  OpBuilder b_;
  /// How long a parameter is whose update is one of touched rows.
  int64_t shortestRows_;
};

class ClipGradientsPass
    : public mlc::impl::ClipGradientsBase<ClipGradientsPass> {
  void runOnOperation() override {
    FailureOr<ProgramOp> program = programOf(getOperation(), {});
    if (failed(program))
      return signalPassFailure();
    auto step = getOperation().lookupSymbol<func::FuncOp>(steps::kTrain);
    if (!step)
      return;
    TrainOp train = program->getTrain();
    if (FloatAttr bound = train.getClipValueAttr())
      Gradients(step, train).clipValues(bound.getValueAsDouble());
    if (FloatAttr bound = train.getClipNormAttr())
      Gradients(step, train).clipNorm(bound.getValueAsDouble());
  }
};

} // namespace
