//===- PyTorchTest.cpp - Optimisers against numbers from PyTorch ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The numbers are those of PyTorch 2.15 in f64: y = x w, MSELoss, seven steps
// on all rows, the learning rate 0.1 / t in step t.
//
//===----------------------------------------------------------------------===//

#include "TrainStep.h"

#include <gtest/gtest.h>

using namespace mlc::test;
using namespace mlc::reference;

namespace {

struct Recorded {
  std::string optimizer;       ///< As in a model file.
  std::vector<double> weights; ///< [3, 2], after the last step.
};

const Recorded kRecorded[] = {
    {"sgd(learning_rate = 0.1)",
     {0.063032781405, -0.151394039024, 0.138411087990, 0.404888922454,
      -0.397575062866, 0.602070982409}},
    {"sgd(learning_rate = 0.1, weight_decay = 0.2)",
     {0.059467353141, -0.143158590164, 0.127386853668, 0.385497724266,
      -0.375442995418, 0.572960332804}},
    {"sgd(learning_rate = 0.1, momentum = 0.9)",
     {0.018556466273, -0.088754364310, -0.066092158243, 0.410876923451,
      -0.267252128361, 0.605893206564}},
    {"sgd(learning_rate = 0.1, momentum = 0.9, nesterov = true, weight_decay = "
     "0.2)",
     {-0.002239823778, -0.040300287414, -0.176920283856, 0.358346122834,
      -0.151820613011, 0.527530083233}},
    {"adam(learning_rate = 0.1)",
     {-0.133041812761, 0.054931919485, 0.042478730999, 0.415394211260,
      -0.244228742777, 0.708630779860}},
    {"adam(learning_rate = 0.1, beta1 = 0.8, beta2 = 0.95, epsilon = 0.3, "
     "weight_decay = 0.2)",
     {0.013285703072, -0.092891278499, 0.120816965584, 0.361551348518,
      -0.340862924380, 0.536508197884}},
    {"adamw(learning_rate = 0.1)",
     {-0.132929410619, 0.055177261240, 0.041967275925, 0.414832983430,
      -0.243210365672, 0.708843141348}},
    {"adamw(learning_rate = 0.1, beta1 = 0.8, beta2 = 0.95, epsilon = 0.3, "
     "weight_decay = 0.2)",
     {0.015720030512, -0.094386902238, 0.113309883522, 0.395552849097,
      -0.331525668643, 0.579908197759}}};

TEST(PyTorch, OptimizersTakeTheSameSteps) {
  for (const Recorded &recorded : kRecorded) {
    TrainStep step(modelOf(
        {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>",
         .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                    "tensor<3x2xf32>",
         .optimizer = recorded.optimizer}));
    StepInputs inputs = step.makeInputs(0);
    inputs.rows = {0, 1, 2};
    inputs.data =
        makeDatum(Reals({3, 3}, {0.5, -1, 0.25, 1, 0.75, -0.5, -0.25, 0.5, 1}));
    inputs.labels = makeDatum(Reals({3, 2}, {1, 0, -0.5, 0.25, 0, 1}));
    inputs.parameters = {Reals({3, 2}, {0.1, -0.2, 0.3, 0.4, -0.5, 0.6})};
    for (Reals &state : inputs.states)
      state.elements.assign(6, 0.0);
    for (inputs.number = 1; inputs.number <= 7; ++inputs.number) {
      inputs.learningRate = 0.1 / static_cast<double>(inputs.number);
      StepResults results = step.run(inputs);
      inputs.parameters = results.parameters;
      inputs.states = results.states;
    }
    EXPECT_LT(
        relativeError(inputs.parameters, {Reals({3, 2}, recorded.weights)}),
        kTolerance)
        << recorded.optimizer;
  }
}

} // namespace
