//===- RoundingCloudTest.cpp - The bound of compiled numbers --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/RoundingCloud.h"

#include "dialects/Graph/Graph.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

namespace {

const char kModel[] = R"(
  graph.program @model {
    %w = graph.parameter "w" zeros : tensor<3x2xf32>
    %b = graph.parameter "b" zeros : tensor<2xf32>
    graph.predict(%x: tensor<?x3xf32>) {
      %h = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
      %y = graph.relu %h : tensor<?x2xf32>
      graph.yield %y : tensor<?x2xf32>
    }
    graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
      %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
      graph.yield %l : tensor<f32>
    }
    graph.train sgd(learning_rate = 0.5, momentum = 0.9) batch(2) epochs(1)
  })";

/// A step, its cloud, and the numbers that it would have in f32.
class RoundingCloudTest : public testing::Test {
protected:
  RoundingCloudTest() {
    context.loadDialect<graph::GraphDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(kModel, &context);
    PassManager manager(&context);
    addAutodiffPasses(manager);
    EXPECT_TRUE(succeeded(manager.run(*module)));
    inputs.data = makeDatum(Reals({2, 3}, {1, 2, -1, 0.5, 0.25, 3}));
    inputs.labels = makeDatum(Reals({2, 2}, {1, 0, 0.5, -1}));
    inputs.rows = {0, 1};
    inputs.learningRate = 0.5;
    inputs.parameters = {
        makeDatum(Reals({3, 2}, {0.5, 0.25, -0.125, 1, 0.75, -0.5})),
        makeDatum(Reals({2}, {0.1, 0.2}))};
    inputs.states = {makeDatum(Reals({3, 2}, 0.0)), makeDatum(Reals({2}, 0.0))};
  }

  void round() {
    FailureOr<StepOutputs> outputs = step().run(inputs);
    ASSERT_TRUE(succeeded(outputs));
    loss = static_cast<float>(*outputs->loss);
    auto narrow = [](const std::vector<DatumRef> &tensors) {
      std::vector<std::vector<float>> narrowed;
      for (const DatumRef &tensor : tensors) {
        const auto &elements = std::get<Reals>(*tensor).elements;
        narrowed.emplace_back(elements.begin(), elements.end());
      }
      return narrowed;
    };
    parameters = narrow(outputs->parameters);
    states = narrow(outputs->states);
  }

  StepFunction step() {
    return StepFunction(module->lookupSymbol<func::FuncOp>(steps::kTrain));
  }
  RoundingCloud cloud() { return *RoundingCloud::make(step(), inputs, 4, 1); }
  Distance farthest() {
    StepNumbers numbers;
    numbers.loss = loss;
    numbers.parameters.assign(parameters.begin(), parameters.end());
    numbers.states.assign(states.begin(), states.end());
    return cloud().farthest(numbers);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  StepInputs inputs;
  float loss = 0;
  std::vector<std::vector<float>> parameters, states;
};

TEST_F(RoundingCloudTest, AllowsRounding) {
  round();
  EXPECT_LT(farthest().quotient(), 0.1);
}

TEST_F(RoundingCloudTest, NamesAWrongLoss) {
  round();
  loss *= 1.0001f;
  EXPECT_GT(farthest().quotient(), 1);
  EXPECT_EQ(farthest().what, "loss");
}

TEST_F(RoundingCloudTest, NamesAWrongElement) {
  round();
  parameters[0][4] *= 1.0001f;
  const Distance distance = farthest();
  EXPECT_GT(distance.quotient(), 1);
  EXPECT_EQ(distance.what, "parameter");
  EXPECT_EQ(distance.index, 0u);
  EXPECT_EQ(distance.element, 4u);
  EXPECT_EQ(distance.actual, parameters[0][4]);
}

TEST_F(RoundingCloudTest, NamesAWrongState) {
  round();
  states[1][1] = 0;
  EXPECT_GT(farthest().quotient(), 1);
  EXPECT_EQ(farthest().what, "state");
  EXPECT_EQ(farthest().index, 1u);
}

TEST_F(RoundingCloudTest, AllowsNoNan) {
  round();
  states[0][2] = NAN;
  EXPECT_EQ(farthest().quotient(), INFINITY);
  EXPECT_EQ(farthest().element, 2u);
}

/// An activation at its kink may go either way, and only what hangs on it.
TEST_F(RoundingCloudTest, AllowsBothSidesOfAKink) {
  // The first column's sums cancel: 0.5 + 2 * -0.25 + b with b = 1e-9.
  inputs.data = makeDatum(Reals({2, 3}, {1, 2, 0, 1, 2, 0}));
  inputs.parameters = {
      makeDatum(Reals({3, 2}, {0.5, 0.25, -0.25, 1, 0.75, -0.5})),
      makeDatum(Reals({2}, {1e-9, 0.2}))};
  round();
  // As if both were not above zero: the column has no gradient.
  for (int row : {0, 1, 2}) {
    parameters[0][2 * row] =
        std::get<Reals>(*inputs.parameters[0]).elements[2 * row];
    states[0][2 * row] = 0;
  }
  parameters[1][0] = 1e-9f;
  states[1][0] = 0;
  StepNumbers numbers;
  numbers.parameters.assign(parameters.begin(), parameters.end());
  numbers.states.assign(states.begin(), states.end());
  const RoundingCloud wide = *RoundingCloud::make(step(), inputs, 60, 1);
  EXPECT_LE(wide.farthest(numbers).quotient(), 1);
  states[0][1] += 1e-3f;
  EXPECT_GT(wide.farthest(numbers).quotient(), 1);
}

TEST_F(RoundingCloudTest, KnowsTheEndOfF32) {
  EXPECT_FALSE(cloud().leavesF32());
  inputs.parameters[1] = makeDatum(Reals({2}, {1e25, 0}));
  EXPECT_TRUE(cloud().leavesF32());
}

} // namespace
