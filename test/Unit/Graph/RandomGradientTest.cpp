//===- RandomGradientTest.cpp - Gradients of random models ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"
#include "TrainStep.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlc;
using namespace mlc::test;
using mlc::reference::Reals;

namespace {

constexpr int kGraphsATest = 20, kTests = 10;

/// Below it a gradient is not told by differences: they are good for the
/// rounding of the loss over their step, 1e-16 / 1e-5 of it.
constexpr double kSmallGradient = 1e-4;

/// Whether the loss is smooth enough here for differences to mean something:
/// near the kink of an activation they depend on the step. Says nothing of the
/// gradients under test.
bool isSmooth(TrainStep &step, const StepInputs &inputs,
              const std::vector<Reals> &differences) {
  return relativeError(differencesOf(step, inputs, 0.25e-5), differences,
                       kSmallGradient) < 0.3 * kTolerance;
}

class RandomGradientTest : public testing::TestWithParam<int> {};

TEST_P(RandomGradientTest, AgreesWithDifferences) {
  for (int i = 0; i < kGraphsATest; ++i) {
    const int graph = GetParam() * kGraphsATest + i;
    const std::string model =
        smith::generate(graph, smith::Scale::Small).text();
    TrainStep step(model);
    bool isTold = false;
    for (unsigned seed = 1; seed <= 10 && !isTold; ++seed) {
      const StepInputs inputs = step.makeInputs(seed);
      const std::vector<Reals> differences = differencesOf(step, inputs);
      isTold = isSmooth(step, inputs, differences);
      if (isTold)
        EXPECT_LT(relativeError(gradientsOf(step, inputs), differences,
                                kSmallGradient),
                  kTolerance)
            << "graph " << graph << ":\n"
            << model;
    }
    EXPECT_TRUE(isTold) << "no smooth place found for graph " << graph << ":\n"
                        << model;
  }
}

INSTANTIATE_TEST_SUITE_P(Graphs, RandomGradientTest, testing::Range(0, kTests));

} // namespace
