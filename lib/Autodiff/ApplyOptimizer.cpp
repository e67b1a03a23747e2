//===- ApplyOptimizer.cpp - The training step's update of parameters ------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Mlc/Mlc.h"
#include "lib/Autodiff/StepBuilder.h"
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
/// each gradient becomes a new parameter, and new states come last.
class UpdateBuilder {
public:
  UpdateBuilder(ProgramOp program, func::FuncOp step)
      : program(program), step(step), body(step.getBody().front()),
        builder(OpBuilder::atBlockEnd(&body)),
        optimizer(program.getTrain().getOptimizer()),
        parameters(steps::findArguments(step, steps::kParameter)) {}

  LogicalResult build() {
    rate = steps::findArgument(step, steps::kLearningRate);
    number = steps::findArgument(step, steps::kStep);
    if (!rate || !number)
      return step.emitError("expected arguments of the roles ")
             << steps::kLearningRate << " and " << steps::kStep;
    SmallVector<StringRef> oldRoles = steps::resultRoles(step);
    const auto gradients = llvm::count(oldRoles, steps::kGradient);
    SmallVector<ParameterOp> declared = program.getParameters();
    if (gradients != static_cast<int64_t>(declared.size()) ||
        parameters.size() != declared.size())
      return step.emitError("expected a gradient for each of ")
             << declared.size() << " parameters, but got " << gradients;

    Operation *end = body.getTerminator();
    SmallVector<Value> values(end->getOperands());
    end->erase(); // what is built comes before a new one
    size_t parameter = 0;
    for (auto [role, value] : llvm::zip_equal(oldRoles, values)) {
      if (role == steps::kGradient) {
        if (value.getType() != parameters[parameter].getType())
          return step.emitError("expected the gradient of \"")
                 << declared[parameter].getName() << "\" to be "
                 << parameters[parameter].getType() << ", but got "
                 << value.getType();
        value = update(declared[parameter], parameters[parameter], value);
        role = steps::kParameter;
        ++parameter;
      }
      add(value, role);
    }
    for (Value state : states)
      add(state, steps::kState);
    func::ReturnOp::create(builder, step.getLoc(), results);
    steps::setResults(step, roles);
    return success();
  }

private:
  void add(Value value, StringRef role) {
    results.push_back(value);
    roles.push_back(role);
  }

  /// The new value of `parameter`; its new states are added to `states`.
  Value update(ParameterOp declared, Value parameter, Value gradient) {
    SmallVector<Value> old;
    for (StringRef name : optimizer.getStateNames())
      old.push_back(steps::addState(step, parameter.getType(),
                                    declared.getName(), name,
                                    declared.getLoc()));
    Operation *last = &body.back();
    OptimizerResult update =
        optimizer.buildUpdate({builder, parameter, gradient, old, rate, number,
                               CostModel::of(step).manyRows});
    names::nameOpsAfter(body, last, "update", declared.getLoc());
    llvm::append_range(states, update.states);
    return update.parameter;
  }

  ProgramOp program;
  func::FuncOp step;
  Block &body;
  OpBuilder builder;
  OptimizerAttrInterface optimizer;
  SmallVector<BlockArgument> parameters;
  Value rate, number;
  SmallVector<Value> results, states;
  SmallVector<StringRef> roles;
};

class ApplyOptimizerPass
    : public mlc::impl::ApplyOptimizerBase<ApplyOptimizerPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<ProgramOp> program = programOf(module, {});
    if (failed(program))
      return signalPassFailure();
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
