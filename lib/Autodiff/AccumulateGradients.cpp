//===- AccumulateGradients.cpp - The mean of several steps' gradients -----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/TensorExpr.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/Autodiff/StepBuilder.h"
#include "lib/Autodiff/UpdateSteps.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

namespace mlc {
#define GEN_PASS_DEF_ACCUMULATEGRADIENTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

class AccumulateGradientsPass
    : public mlc::impl::AccumulateGradientsBase<AccumulateGradientsPass> {
  void runOnOperation() override {
    FailureOr<ProgramOp> program = programOf(getOperation(), {});
    if (failed(program))
      return signalPassFailure();
    auto step = getOperation().lookupSymbol<func::FuncOp>(steps::kTrain);
    if (step && program->getTrain().getStepsOfUpdate() > 1)
      accumulate(*program, step);
  }

  static void accumulate(ProgramOp program, func::FuncOp step) {
    const int64_t count = program.getTrain().getStepsOfUpdate();
    Operation *end = step.getBody().front().getTerminator();
    OpBuilder b(end);
    Value isLast = isLastOfUpdate(b, step, program.getTrain());
    SmallVector<ParameterOp> trained;
    llvm::copy_if(program.getParameters(), std::back_inserter(trained),
                  [](ParameterOp parameter) { return parameter.isTrained(); });
    SmallVector<Value> results(end->getOperands()), states;
    SmallVector<StringRef> roles = steps::resultRoles(step);
    auto *parameter = trained.begin();
    for (auto [role, result] : llvm::zip_equal(roles, results)) {
      if (role != steps::kGradient)
        continue;
      Location loc = (*parameter)->getLoc();
      Value before = steps::addState(
          step, result.getType(), (*parameter).getName(), "accumulated", loc);
      ++parameter;
      TensorExpr gradient(b, result, loc);
      TensorExpr sum = TensorExpr(b, before, loc) +
                       gradient * (1.0 / static_cast<double>(count));
      states.push_back(choose(b, isLast, sum.filled(0.0).value(), sum.value()));
      result = sum.value();
    }
    llvm::append_range(results, states);
    roles.append(states.size(), steps::kState);
    end->setOperands(results);
    steps::setResults(step, roles);
  }
};

} // namespace
