//===- StructureTest.cpp - What a train step holds, and what it does not --===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "TrainStep.h"

#include "dialects/Graph/Graph.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlc;
using namespace mlc::test;

namespace {

std::string twoLayers(const std::string &activation) {
  return modelOf({.parameters =
                      "%w1 = graph.parameter \"w1\" zeros : tensor<3x4xf32>\n"
                      "%w2 = graph.parameter \"w2\" zeros : tensor<4x2xf32>\n",
                  .predict = "%h = graph.linear %x, %w1 : tensor<?x3xf32>, "
                             "tensor<3x4xf32>\n%a = " +
                             activation +
                             "\n%out = graph.linear %a, %w2 : tensor<?x4xf32>, "
                             "tensor<4x2xf32>\n"});
}

TEST(Structure, GradientsOfTheInputAreNotBuilt) {
  TrainStep step(twoLayers("graph.relu %h : tensor<?x4xf32>"));
  std::vector<graph::MatmulOp> ofInputs;
  step.function().walk([&](graph::MatmulOp op) {
    if (op.getTransposeRhs())
      ofInputs.push_back(op);
  });
  // dy W^T of the second layer only, [n, 4]; that of the first is [n, 3].
  ASSERT_EQ(ofInputs.size(), 1u);
  EXPECT_EQ(ofInputs[0].getType().getDimSize(1), 4);
}

TEST(Structure, GradientsThatLeadNowhereAreNotBuilt) {
  // %u is of the input alone, so %out's gradient stops at %h.
  TrainStep step(modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x3xf32>",
       .predict = "%u = graph.gelu %x : tensor<?x3xf32>\n"
                  "%h = graph.linear %x, %w : tensor<?x3xf32>, "
                  "tensor<3x3xf32>\n"
                  "%out = graph.mul %h, %u : tensor<?x3xf32>, "
                  "tensor<?x3xf32>\n",
       .output = "tensor<?x3xf32>",
       .loss = "%l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>",
       .label = "tensor<?x3xf32>"}));
  for (mlir::Operation *op = step.lossOp(); op; op = op->getNextNode())
    EXPECT_FALSE(isa<mlir::math::ErfOp>(op)) << "the gradient of gelu";
}

TEST(Structure, DropoutsOfAStepHaveTheirOwnSites) {
  TrainStep step(modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>",
       .predict = "%d = graph.dropout %x, 0.1 : tensor<?x3xf32>\n"
                  "%h = graph.linear %d, %w : tensor<?x3xf32>, "
                  "tensor<3x2xf32>\n"
                  "%out = graph.dropout %h, 0.2 : tensor<?x2xf32>\n"}));
  std::vector<int64_t> forward, backward;
  step.function().walk([&](graph::DropoutOp op) {
    (op->isBeforeInBlock(step.lossOp()) ? forward : backward)
        .push_back(*op.getSite());
  });
  EXPECT_EQ(forward, (std::vector<int64_t>{0, 1}));
  // The mask of the second is drawn again; the first has no parameter before.
  EXPECT_EQ(backward, (std::vector<int64_t>{1}));
  step.module().walk([&](graph::DropoutOp op) {
    if (op->getParentOfType<mlir::func::FuncOp>() != step.function()) {
      EXPECT_FALSE(op.getSeed()) << "outside the train step";
    }
  });
}

/// Runs autodiff on a model and returns its first error.
std::string errorOf(const std::string &model) {
  mlir::MLIRContext context;
  context.loadDialect<graph::GraphDialect>();
  std::string error;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) {
        if (error.empty())
          llvm::raw_string_ostream(error)
              << diagnostic.getLocation() << ": " << diagnostic;
      });
  auto module =
      mlir::parseSourceString<mlir::ModuleOp>(model, &context, "model.mlir");
  if (!module)
    return "does not parse: " + error;
  mlir::PassManager manager(&context);
  addAutodiffPasses(manager);
  EXPECT_TRUE(mlir::failed(manager.run(*module)));
  return error;
}

TEST(Structure, AnOpWithoutARuleIsALocatedError) {
  const std::string error = errorOf(twoLayers("graph.sum_row %h : "
                                              "tensor<?x4xf32>"));
  EXPECT_NE(error.find("model.mlir\":7:6"), std::string::npos) << error;
  EXPECT_NE(error.find("'graph.sum_row' has none"), std::string::npos) << error;
}

TEST(Structure, AnOpWithoutARuleAsideIsNone) {
  // No parameter leads to %s.
  TrainStep step(modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>",
       .predict = "%s = graph.sum_row %x : tensor<?x3xf32>\n"
                  "%out = graph.linear %s, %w : tensor<?x3xf32>, "
                  "tensor<3x2xf32>\n"}));
  const StepInputs inputs = step.makeInputs(5);
  EXPECT_LT(
      relativeError(gradientsOf(step, inputs), differencesOf(step, inputs)),
      kTolerance);
}

} // namespace
