//===- MakePrivate.cpp - Each row's gradient clipped, and noise -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/TensorExpr.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/Autodiff/RowNorms.h"
#include "lib/Autodiff/RowTerms.h"
#include "lib/Autodiff/StepBuilder.h"
#include "lib/Autodiff/UpdateSteps.h"
#include "mlc/Passes.h"
#include "mlc/RuntimeABI.h"
#include "mlc/Steps.h"

namespace mlc {
#define GEN_PASS_DEF_MAKEPRIVATE
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

/// The loss of a row is that of a batch of this row alone: where gradients are
/// divided by how many rows there are, that is 1.
void countOneRow(func::FuncOp step) {
  step.walk([](arith::IndexCastOp count) {
    auto rows = count.getIn().getDefiningOp<tensor::DimOp>();
    if (!rows || rows.getConstantIndex() != 0)
      return;
    OpBuilder b(count);
    Value one =
        arith::ConstantOp::create(b, count.getLoc(), b.getI64IntegerAttr(1));
    count.replaceAllUsesWith(one);
    count.erase();
  });
}

class MakePrivatePass : public mlc::impl::MakePrivateBase<MakePrivatePass> {
  using MakePrivateBase::MakePrivateBase;

  void runOnOperation() override {
    FailureOr<ProgramOp> program = programOf(getOperation(), {});
    if (failed(program))
      return signalPassFailure();
    auto step = getOperation().lookupSymbol<func::FuncOp>(steps::kTrain);
    FloatAttr clip = program->getTrain().getPrivateClipAttr();
    if (step && clip &&
        failed(makePrivate(*program, step, clip.getValueAsDouble())))
      signalPassFailure();
  }

  LogicalResult makePrivate(ProgramOp program, func::FuncOp step, double clip) {
    Operation *end = step.getBody().front().getTerminator();
    SmallVector<ParameterOp> trained;
    llvm::copy_if(program.getParameters(), std::back_inserter(trained),
                  [](ParameterOp parameter) { return parameter.isTrained(); });
    SmallVector<Value> gradients;
    for (auto [role, result] :
         llvm::zip_equal(steps::resultRoles(step), end->getOperands()))
      if (role == steps::kGradient)
        gradients.push_back(result);
    countOneRow(step);
    FailureOr<RowTerms> terms = RowTerms::find(step, gradients, trained);
    if (failed(terms))
      return failure();
    OpBuilder b(end);
    Value factor = factorOfRows(b, step, *terms, trained, clip);
    if (!factor)
      return failure();
    for (Operation *op : terms->summing())
      op->moveBefore(end);
    for (size_t i = 0; i < trained.size(); ++i)
      for (const RowTerm &term : terms->of(i))
        scale(term, factor);
    sumUp(program, step, trained);
    return success();
  }

  /// By what each row's gradient is multiplied, [n]: min(1, clip / its norm),
  /// a little less than `clip` for what rounding does, or 0; times what the
  /// caller says of the row. Null after an error.
  Value factorOfRows(OpBuilder &b, func::FuncOp step, const RowTerms &terms,
                     ArrayRef<ParameterOp> trained, double clip) {
    RowNorms norms(b, step, roundoff);
    std::optional<TensorExpr> squares;
    for (auto [i, parameter] : llvm::enumerate(trained)) {
      Value square = norms.ofParameter(terms.of(i), parameter);
      if (!square)
        return {};
      TensorExpr next(b, square);
      squares = squares ? *squares + next : next;
    }
    auto column = cast<RankedTensorType>(squares->value().getType());
    auto row = RankedTensorType::get({column.getDimSize(0)}, b.getF32Type());
    Value counts =
        ReshapeOp::create(b, step.getLoc(), column,
                          steps::addArgument(step, row, steps::kRowScale));
    TensorExpr norm = sqrt(*squares);
    TensorExpr most = norm.filled(clip * (1 - norms.error()));
    TensorExpr factor = min(most / norm, 1.0) * TensorExpr(b, counts);
    return ReshapeOp::create(b, step.getLoc(), row, factor.value());
  }

  /// Multiplies what each row adds. Where the factor is 0, or not a number
  /// since the norm is none, both sides of a product are 0: 0 * inf is not.
  void scale(const RowTerm &term, Value factor) {
    OpBuilder b(term.op);
    auto scaled = [&](Value value, bool isMultiplied) {
      TensorExpr x(b, value);
      TensorExpr f(b, RepeatColumnOp::create(b, value.getLoc(), value.getType(),
                                             factor, value));
      return ifPositive(f, isMultiplied ? x * f : x, x.filled(0.0)).value();
    };
    if (!term.isProduct())
      return term.op->setOperand(0, scaled(term.right(), true));
    term.op->setOperand(1, scaled(term.right(), true));
    // All that a data set has is finite.
    if (!term.left().getDefiningOp<GatherOp>())
      term.op->setOperand(0, scaled(term.left(), false));
  }

  /// Adds each gradient to its state, and puts the sum, divided by the constant
  /// size of a batch, in its place. The loss is not told.
  void sumUp(ProgramOp program, func::FuncOp step,
             ArrayRef<ParameterOp> trained) {
    Operation *end = step.getBody().front().getTerminator();
    OpBuilder b(end);
    Value isLast = steps::addArgument(step, b.getI1Type(), steps::kCallEnds);
    const double batch = static_cast<double>(program.getTrain().getBatch());
    SmallVector<Value> results(end->getOperands()), states;
    SmallVector<StringRef> roles = steps::resultRoles(step);
    const ParameterOp *parameter = trained.begin();
    for (auto [role, result] : llvm::zip_equal(roles, results)) {
      if (role == steps::kLoss)
        result = arith::ConstantOp::create(b, result.getLoc(),
                                           b.getZeroAttr(result.getType()));
      if (role != steps::kGradient)
        continue;
      ParameterOp declared = *parameter++;
      Location loc = declared.getLoc();
      Value before = steps::addState(step, result.getType(), declared.getName(),
                                     MLC_PRIVATE_SUM, loc);
      TensorExpr sum = TensorExpr(b, before, loc) + TensorExpr(b, result, loc);
      states.push_back(choose(b, isLast, sum.filled(0.0).value(), sum.value()));
      result = (sum * (1.0 / batch)).value();
    }
    llvm::append_range(results, states);
    roles.append(states.size(), steps::kState);
    end->setOperands(results);
    steps::setResults(step, roles);
  }
};

} // namespace
