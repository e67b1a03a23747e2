//===- BatchNormTest.cpp - Statistics of batches and running ones ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainStep.h"

#include "dialects/Graph/Graph.h"
#include "mlc/Steps.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlc;
using namespace mlc::test;
using reference::Reals;

namespace {

/// Normalises the data itself, so that its statistics are known.
std::string modelWith(const std::string &statistics,
                      const std::string &descent = "") {
  const std::string row = ", tensor<3xf32>", type = " : tensor<3xf32>\n";
  return modelOf(
      {.parameters = "%m = graph.parameter \"m\" zeros" + statistics + type +
                     "%s = graph.parameter \"s\" zeros" + type +
                     "%v = graph.parameter \"v\" zeros" + statistics + type +
                     "%b = graph.parameter \"b\" zeros" + type +
                     "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>",
       .predict = "%k = graph.batch_norm %x, %s, %b, %m, %v momentum(0.25) "
                  "epsilon(1.5) : tensor<?x3xf32>" +
                  row + row + row + row +
                  "\n%out = graph.linear %k, %w : tensor<?x3xf32>, "
                  "tensor<3x2xf32>",
       .descent = descent});
}

/// Of a column over the batch's rows; the variance is unbiased.
struct Moments {
  double mean = 0, variance = 0;
};

Moments momentsOf(const StepInputs &inputs, int64_t column) {
  const Reals &data = std::get<Reals>(*inputs.data);
  const auto count = static_cast<double>(inputs.rows.size());
  Moments moments;
  for (int64_t row : inputs.rows)
    moments.mean += data.elements[row * 3 + column] / count;
  for (int64_t row : inputs.rows)
    moments.variance +=
        std::pow(data.elements[row * 3 + column] - moments.mean, 2) /
        (count - 1);
  return moments;
}

TEST(BatchNormTest, RunningStatisticsFollowTheBatches) {
  for (const char *descent : {"", "accumulate(2)", "clip_norm(0.01)"}) {
    TrainStep step(modelWith(" running", descent));
    StepInputs inputs = step.makeInputs(5);
    for (inputs.number = 1; inputs.number <= 4; ++inputs.number) {
      inputs.rows = {inputs.number, 0, 2 * inputs.number, 3};
      const StepResults results = step.run(inputs);
      ASSERT_EQ(results.parameters.size(), 5u);
      for (int64_t c = 0; c < 3; ++c) {
        const Moments batch = momentsOf(inputs, c);
        EXPECT_NEAR(results.parameters[0].elements[c],
                    0.75 * inputs.parameters[0].elements[c] + 0.25 * batch.mean,
                    1e-14);
        EXPECT_NEAR(results.parameters[2].elements[c],
                    0.75 * inputs.parameters[2].elements[c] +
                        0.25 * batch.variance,
                    1e-14);
      }
      inputs.parameters = results.parameters;
      inputs.states = results.states;
    }
  }
}

/// Trains as with statistics that are frozen, and leaves them alone.
TEST(BatchNormTest, OneRowHasNoStatistics) {
  TrainStep running(modelWith(" running")), frozen(modelWith(" frozen"));
  StepInputs inputs = running.makeInputs(2);
  inputs.rows = {4};
  const StepResults results = running.run(inputs);
  const StepResults expected = frozen.run(inputs);
  EXPECT_EQ(results.loss, expected.loss);
  for (size_t i : {0, 2})
    EXPECT_EQ(results.parameters[i].elements, inputs.parameters[i].elements);
  for (size_t i : {1, 3, 4})
    for (size_t at = 0; at < results.parameters[i].elements.size(); ++at)
      EXPECT_NEAR(results.parameters[i].elements[at],
                  expected.parameters[i].elements[at], 1e-14);
}

TEST(BatchNormTest, OnlyTrainingComputesByBatches) {
  for (const auto &[statistics, isByBatch] :
       {std::pair(" running", true), std::pair(" frozen", false)}) {
    TrainStep step(modelWith(statistics));
    for (const char *name : {"train_step", "evaluate_step", "predict_step"}) {
      auto function = step.module().lookupSymbol<mlir::func::FuncOp>(name);
      int found = 0;
      function.walk([&](graph::BatchNormOp op) {
        ++found;
        EXPECT_EQ(op.getByBatch(), isByBatch && name == steps::kTrain) << name;
      });
      EXPECT_EQ(found, 1) << name;
    }
    (*step.module().getOps<graph::ProgramOp>().begin())
        .walk([&](graph::MixesRowsOpInterface op) {
          EXPECT_EQ(op.mixesRows(), isByBatch);
        });
  }
}

} // namespace
