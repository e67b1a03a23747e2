//===- ApplyOptimizer.cpp - The training step's update of parameters ------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/TensorExpr.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/Autodiff/StepBuilder.h"
#include "lib/Autodiff/UpdateSteps.h"
#include "lib/CostModel.h"
#include "lib/Names.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

namespace mlc {
#define GEN_PASS_DEF_APPLYOPTIMIZER
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

/// One pass over a step's results: everything that is not a gradient stays,
/// each gradient becomes a new parameter, running parameters have their new
/// value already, frozen ones stand between them as they are, and new states
/// come last.
class UpdateBuilder {
public:
  UpdateBuilder(ProgramOp program, func::FuncOp step)
      : program_(program), step_(step), body_(step.getBody().front()),
        builder_(OpBuilder::atBlockEnd(&body_)),
        optimizer_(program.getTrain().getOptimizer()),
        parameters_(steps::findArguments(step, steps::kParameter)) {}

  LogicalResult build() {
    rate_ = steps::findArgument(step_, steps::kLearningRate);
    number_ = steps::findArgument(step_, steps::kStep);
    if (!rate_ || !number_)
      return step_.emitError("expected arguments of the roles ")
             << steps::kLearningRate << " and " << steps::kStep;
    steps_ = program_.getTrain().getStepsOfUpdate();
    SmallVector<StringRef> oldRoles = steps::resultRoles(step_);
    const auto gradients = llvm::count(oldRoles, steps::kGradient);
    SmallVector<ParameterOp> declared = program_.getParameters();
    const auto trained = llvm::count_if(
        declared, [](ParameterOp parameter) { return parameter.isTrained(); });
    if (gradients != trained || parameters_.size() != declared.size())
      return step_.emitError("expected a gradient for each of ")
             << trained << " parameters, but got " << gradients;

    Operation *end = body_.getTerminator();
    SmallVector<Value> values(end->getOperands());
    end->erase(); // what is built comes before a new one
    isLast_ = isLastOfUpdate(builder_, step_, program_.getTrain());
    if (steps_ > 1)
      countUpdates();
    size_t parameter = 0;
    const auto addFrozen = [&] {
      for (; parameter < declared.size() && declared[parameter].getFrozen();
           ++parameter)
        add(parameters_[parameter], steps::kParameter);
    };
    for (auto [role, value] : llvm::zip_equal(oldRoles, values)) {
      const bool isGradient = role == steps::kGradient;
      if (isGradient || role == steps::kParameter)
        addFrozen();
      if (isGradient) {
        if (value.getType() != parameters_[parameter].getType())
          return step_.emitError("expected the gradient of \"")
                 << declared[parameter].getName() << "\" to be "
                 << parameters_[parameter].getType() << ", but got "
                 << value.getType();
        value = update(declared[parameter], parameters_[parameter], value);
        role = steps::kParameter;
      }
      if (role == steps::kParameter)
        ++parameter;
      add(value, role);
    }
    addFrozen();
    for (Value state : states_)
      add(state, steps::kState);
    func::ReturnOp::create(builder_, step_.getLoc(), results_);
    steps::setResults(step_, roles_);
    return success();
  }

private:
  void add(Value value, StringRef role) {
    results_.push_back(value);
    roles_.push_back(role);
  }

  /// With accumulate(n), the optimiser counts updates, of which one comes after
  /// each n steps.
  void countUpdates() {
    Location loc = step_.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(builder_, loc,
                                       builder_.getI64IntegerAttr(value));
    };
    Value rounded =
        arith::AddIOp::create(builder_, loc, number_, constant(steps_ - 1));
    number_ = arith::DivSIOp::create(builder_, loc, rounded, constant(steps_));
  }

  /// The new value of `parameter`; its new states are added to `states`.
  Value update(ParameterOp declared, Value parameter, Value gradient) {
    OptimizerAttrInterface optimizer = optimizerOf(declared);
    const double l1 = optimizer.hasSetting("l1") ? 0.0 : l1Of(declared);
    FloatAttr decayOfAverage = program_.getTrain().getEmaAttr();
    SmallVector<Value> old;
    const auto addState = [&](StringRef name) {
      old.push_back(steps::addState(step_, parameter.getType(),
                                    declared.getName(), name,
                                    declared.getLoc()));
    };
    for (StringRef name : optimizer.getStateNames())
      addState(name);
    Operation *last = &body_.back();
    Value rate = rateOf(declared);
    OptimizerResult update =
        optimizer.buildUpdate({builder_, parameter, gradient, old, rate,
                               number_, CostModel::of(step_).manyRows,
                               /*changesAllRows=*/l1 > 0 || decayOfAverage});
    if (l1 > 0)
      update.parameter = nearerToZero(update.parameter, rate, l1);
    if (declared.getKeepZeros())
      update.parameter = keepZeros(parameter, update.parameter);
    if (decayOfAverage) {
      addState("ema");
      update.states.push_back(average(old.back(), update.parameter,
                                      decayOfAverage.getValueAsDouble()));
    }
    if (isLast_) {
      update.parameter = choose(builder_, isLast_, update.parameter, parameter);
      for (auto [changed, before] : llvm::zip_equal(update.states, old))
        changed = choose(builder_, isLast_, changed, before);
    }
    names::nameOpsAfter(body_, last, "update", declared.getLoc());
    llvm::append_range(states_, update.states);
    return update.parameter;
  }

  /// The program's optimiser, with the penalties that are the parameter's own.
  OptimizerAttrInterface optimizerOf(ParameterOp declared) {
    OptimizerAttrInterface optimizer = optimizer_;
    if (FloatAttr decay = declared.getWeightDecayAttr())
      optimizer =
          optimizer.withSetting("weight_decay", decay.getValueAsDouble());
    if (FloatAttr l1 = declared.getL1Attr(); l1 && optimizer.hasSetting("l1"))
      optimizer = optimizer.withSetting("l1", l1.getValueAsDouble());
    return optimizer;
  }

  double l1Of(ParameterOp declared) {
    FloatAttr l1 = declared.getL1Attr();
    if (!l1)
      l1 = program_.getTrain().getL1Attr();
    return l1 ? l1.getValueAsDouble() : 0.0;
  }

  /// The proximal step of l1 times the sum of sizes: sign(w) * max(|w| - rate *
  /// l1, 0), as w less its part in [-rate * l1, rate * l1], so that what
  /// becomes 0 is +0. `rate` is f64.
  Value nearerToZero(Value parameter, Value rate, double l1) {
    Location loc = parameter.getLoc();
    TensorExpr w(builder_, parameter);
    Value share =
        arith::ConstantOp::create(builder_, loc, builder_.getF64FloatAttr(l1));
    Value wide = arith::MulFOp::create(builder_, loc, rate, share);
    Value narrow =
        arith::TruncFOp::create(builder_, loc, builder_.getF32Type(), wide);
    TensorExpr bound = w.spread(narrow);
    TensorExpr lowest = bound * -1.0;
    return (w - min(max(w, lowest), bound)).value();
  }

  /// The parameter after the first update; then `before` and it, mixed.
  Value average(Value before, Value parameter, double decay) {
    Location loc = parameter.getLoc();
    auto constant = [&](TypedAttr value) -> Value {
      return arith::ConstantOp::create(builder_, loc, value);
    };
    Value isFirst =
        arith::CmpIOp::create(builder_, loc, arith::CmpIPredicate::eq, number_,
                              constant(builder_.getI64IntegerAttr(1)));
    Value share = arith::SelectOp::create(
        builder_, loc, isFirst, constant(builder_.getF32FloatAttr(1.0)),
        constant(builder_.getF32FloatAttr(1.0 - decay)));
    TensorExpr w(builder_, parameter), mean(builder_, before);
    TensorExpr difference = w - mean;
    return (mean + difference * w.spread(share)).value();
  }

  /// The step's learning rate, times the parameter's own.
  Value rateOf(ParameterOp declared) {
    FloatAttr factor = declared.getRateAttr();
    if (!factor)
      return rate_;
    Location loc = declared.getLoc();
    Value constant = arith::ConstantOp::create(builder_, loc, factor);
    return arith::MulFOp::create(builder_, loc, rate_, constant);
  }

  /// `changed`, but 0 where the parameter was 0.
  Value keepZeros(Value parameter, Value changed) {
    Location loc = parameter.getLoc();
    Value zero = arith::ConstantOp::create(
        builder_, loc, builder_.getZeroAttr(parameter.getType()));
    Value isZero = arith::CmpFOp::create(
        builder_, loc, arith::CmpFPredicate::OEQ, parameter, zero);
    return arith::SelectOp::create(builder_, loc, isZero, zero, changed);
  }

  ProgramOp program_;
  func::FuncOp step_;
  Block &body_;
  OpBuilder builder_;
  OptimizerAttrInterface optimizer_;
  SmallVector<BlockArgument> parameters_;
  Value rate_, number_;
  int64_t steps_ = 1; ///< Whose gradients make an update.
  Value isLast_;      ///< See isLastOfUpdate.
  SmallVector<Value> results_, states_;
  SmallVector<StringRef> roles_;
};

class ApplyOptimizerPass
    : public mlc::impl::ApplyOptimizerBase<ApplyOptimizerPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<ProgramOp> program = programOf(module, {});
    if (failed(program))
      return signalPassFailure();
    if (program->isQuantized()) // Nothing trains it.
      return;
    auto step = module.lookupSymbol<func::FuncOp>(steps::kTrain);
    if (!step) {
      program->emitError("expected the function '")
          << steps::kTrain << "', which mlc-gradients makes";
      return signalPassFailure();
    }
    if (failed(UpdateBuilder(*program, step).build()))
      signalPassFailure();
  }
};

} // namespace
