//===- GradientTest.cpp - Gradient rules by finite differences ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "Mutation.h"
#include "TrainStep.h"

#include "dialects/Graph/Graph.h"

#include "llvm/ADT/StringSet.h"

#include <gtest/gtest.h>

using namespace mlc;
using namespace mlc::test;

namespace {

class GradientTest : public testing::TestWithParam<NamedModel> {};

TEST_P(GradientTest, AgreesWithDifferences) {
  TrainStep step(GetParam().text);
  for (unsigned seed : {1, 2, 3}) {
    const StepInputs inputs = step.makeInputs(seed);
    EXPECT_LT(
        relativeError(gradientsOf(step, inputs), differencesOf(step, inputs)),
        kTolerance);
  }
}

/// Every mistake that can be planted in one op of the descent is seen.
TEST_P(GradientTest, PlantedErrorsAreCaught) {
  TrainStep correct(GetParam().text);
  const StepInputs inputs = correct.makeInputs(1);
  const auto expected = differencesOf(correct, inputs);
  int planted = 0;
  for (int number = 0;; ++number) {
    TrainStep step(GetParam().text);
    const Mutation mutation = mutate(step, number);
    if (mutation.kind == Mutation::None)
      break;
    if (!changesValue(step, mutation, inputs))
      continue;
    ++planted;
    EXPECT_GT(relativeError(gradientsOf(step, inputs), expected),
              100 * kTolerance)
        << "not seen: " << mutation.text;
  }
  EXPECT_GE(planted, 5);
}

INSTANTIATE_TEST_SUITE_P(Models, GradientTest,
                         testing::ValuesIn(gradientModels()),
                         [](const auto &info) { return info.param.name; });

/// The test above is only worth something if there is a model for each rule.
TEST(GradientModels, UseEveryDifferentiableOp) {
  llvm::StringSet<> used;
  mlir::MLIRContext context;
  context.loadDialect<graph::GraphDialect>();
  for (const NamedModel &model : gradientModels()) {
    TrainStep step(model.text);
    step.function().walk([&](mlir::Operation *op) {
      used.insert(op->getName().getStringRef());
    });
  }
  int differentiable = 0;
  for (mlir::RegisteredOperationName op : context.getRegisteredOperations()) {
    if (!mlir::isa<graph::GraphDialect>(op.getDialect()) ||
        !op.hasInterface<graph::DifferentiableOpInterface>())
      continue;
    ++differentiable;
    EXPECT_TRUE(used.contains(op.getStringRef())) << op.getStringRef().str();
  }
  EXPECT_GE(differentiable, 15);
}

} // namespace
