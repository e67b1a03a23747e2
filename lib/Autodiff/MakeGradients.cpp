//===- MakeGradients.cpp - The training step, up to its gradients ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Mlc/Mlc.h"
#include "lib/Autodiff/ReverseMode.h"
#include "lib/Autodiff/StepBuilder.h"
#include "lib/Names.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

namespace mlc {
#define GEN_PASS_DEF_MAKEGRADIENTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

class MakeGradientsPass
    : public mlc::impl::MakeGradientsBase<MakeGradientsPass> {
  void runOnOperation() override {
    FailureOr<ProgramOp> program = programOf(getOperation(), {steps::kTrain});
    if (failed(program))
      return signalPassFailure();
    // A quantised weight is not trained.
    if (!program->isQuantized() && failed(build(*program)))
      signalPassFailure();
  }

  /// Every op that draws random numbers gets the run's key and its own site.
  static void setKeys(func::FuncOp step, Value seed, Value position) {
    int64_t site = 0;
    step.walk([&](RandomOpInterface random) {
      random.setKey(seed, position, site++);
    });
  }

  /// Every op that keeps running statistics computes with the batch's. Returns
  /// these ops.
  static SmallVector<MixesRowsOpInterface> setByBatch(ProgramOp program,
                                                      StepBuilder &step) {
    DenseSet<Value> running;
    for (auto [parameter, value] :
         llvm::zip_equal(program.getParameters(), step.getParameters()))
      if (parameter.getRunning())
        running.insert(value);
    SmallVector<MixesRowsOpInterface> mixing;
    step.getFunction().walk([&](MixesRowsOpInterface op) {
      if (running.contains(op.getStatistics().front()))
        mixing.push_back(op);
    });
    for (MixesRowsOpInterface op : mixing)
      op.setByBatch();
    return mixing;
  }

  static LogicalResult build(ProgramOp program) {
    StepBuilder step(program, steps::kTrain);
    OpBuilder &b = step.getBuilder();
    Location loc = program.getLoc();
    step.addRows();
    Value input = step.addInput();
    Value label = step.addLabel();
    Value weights = step.addWeights();
    Value teacher = step.addTeacher();
    // Every training step has these, whether or not its optimiser uses them.
    step.addArgument(b.getF64Type(), loc, steps::kLearningRate);
    step.addArgument(b.getI64Type(), loc, steps::kStep);
    Value position = step.addArgument(b.getI64Type(), loc, steps::kPosition);
    Value seed = step.addArgument(b.getI64Type(), loc, steps::kSeed);
    step.addParameters();
    Value loss = step.loss(step.predict(input), label, weights, teacher);
    setKeys(step.getFunction(), seed, position);
    SmallVector<MixesRowsOpInterface> mixing = setByBatch(program, step);
    loss = step.decompose(
        loss, [](Operation *op) { return isa<DifferentiableOpInterface>(op); });

    SmallVector<Value> trained;
    for (auto [parameter, value] :
         llvm::zip_equal(program.getParameters(), step.getParameters()))
      if (parameter.isTrained())
        trained.push_back(value);
    ReverseMode reverse(b, trained, step.getBody());
    if (failed(reverse.run(loss)))
      return failure();
    DenseMap<Value, Value> statistics;
    for (MixesRowsOpInterface op : mixing) {
      Operation *last = &step.getBody().back();
      for (auto [before, after] :
           llvm::zip_equal(op.getStatistics(), op.buildStatistics(b)))
        statistics[before] = after;
      names::nameOpsAfter(step.getBody(), last, "update", op->getLoc());
    }
    SmallVector<Value> results{loss};
    SmallVector<StringRef> roles{steps::kLoss};
    for (auto [parameter, value] :
         llvm::zip_equal(program.getParameters(), step.getParameters())) {
      if (parameter.getFrozen())
        continue;
      results.push_back(parameter.getRunning() ? statistics.lookup(value)
                                               : reverse.of(value));
      roles.push_back(parameter.getRunning() ? steps::kParameter
                                             : steps::kGradient);
    }
    step.finish(results, roles);
    return success();
  }
};

} // namespace
