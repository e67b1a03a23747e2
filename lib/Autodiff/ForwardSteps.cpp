//===- ForwardSteps.cpp - The steps of evaluation and prediction ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Mlc/Mlc.h"
#include "lib/Autodiff/StepBuilder.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

namespace mlc {
#define GEN_PASS_DEF_FORWARDSTEPS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

void buildPredict(ProgramOp program) {
  StepBuilder step(program, steps::kPredict);
  step.setAlone();
  step.addRows();
  Value input = step.addInput();
  step.addParameters();
  step.finish(step.predict(input), {steps::kPrediction});
}

void buildEvaluate(ProgramOp program) {
  StepBuilder step(program, steps::kEvaluate);
  step.setAlone();
  step.addRows();
  Value input = step.addInput();
  Value label = step.addLabel();
  Value weights = step.addWeights();
  step.addParameters();
  Value prediction = step.predict(input);
  step.finish({prediction, step.loss(prediction, label, weights)},
              {steps::kPrediction, steps::kLoss});
}

class ForwardStepsPass : public mlc::impl::ForwardStepsBase<ForwardStepsPass> {
  void runOnOperation() override {
    FailureOr<ProgramOp> program =
        programOf(getOperation(), {steps::kEvaluate, steps::kPredict});
    if (failed(program))
      return signalPassFailure();
    buildPredict(*program);
    buildEvaluate(*program);
  }
};

} // namespace
