//===- DescentTest.cpp - What becomes of gradients before the update ------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainStep.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace mlc;
using namespace mlc::reference;
using namespace mlc::test;

namespace {

std::string modelWith(const std::string &optimizer, const std::string &descent,
                      const std::string &input = "tensor<?x3xf32>") {
  return modelOf({.parameters =
                      "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>\n"
                      "%b = graph.parameter \"b\" zeros : tensor<2xf32>",
                  .predict = "%out = graph.linear %x, %w, %b : " + input +
                             ", tensor<3x2xf32>, tensor<2xf32>",
                  .input = input,
                  .optimizer = optimizer,
                  .descent = descent});
}

constexpr char kCsr[] = "tensor<?x3xf32, #graph.csr>";

TEST(ClipValueTest, BoundsEachElementOfEachGradient) {
  for (const char *input : {"tensor<?x3xf32>", kCsr}) {
    TrainStep plain(modelWith("sgd(learning_rate = 0.5)", "", input));
    TrainStep clipped(
        modelWith("sgd(learning_rate = 0.5)", "clip_value(0.3)", input));
    const StepInputs inputs = plain.makeInputs(5);
    std::vector<Reals> expected = gradientsOf(plain, inputs);
    int64_t bounded = 0, free = 0;
    for (Reals &gradient : expected)
      for (double &element : gradient.elements) {
        (std::abs(element) > 0.3 ? bounded : free) += 1;
        element = std::clamp(element, -0.3, 0.3);
      }
    EXPECT_GT(bounded, 0);
    EXPECT_GT(free, 0);
    EXPECT_LT(relativeError(gradientsOf(clipped, inputs), expected),
              kTolerance);
  }
}

TEST(ClipValueTest, LetsNaNThrough) {
  TrainStep step(modelWith("sgd(learning_rate = 0.5)", "clip_value(0.3)"));
  StepInputs inputs = step.makeInputs(5);
  inputs.parameters[1].elements[0] = NAN;
  EXPECT_TRUE(std::isnan(step.run(inputs).parameters[0].elements[0]));
}

TEST(ClipNormTest, ScalesAllGradientsByOneFactor) {
  for (const char *input : {"tensor<?x3xf32>", kCsr})
    for (double bound : {0.3, 1.0, 100.0}) {
      TrainStep plain(modelWith("sgd(learning_rate = 0.5)", "", input));
      TrainStep clipped(modelWith("sgd(learning_rate = 0.5)",
                                  "clip_norm(" + std::to_string(bound) + ")",
                                  input));
      const StepInputs inputs = plain.makeInputs(5);
      std::vector<Reals> expected = gradientsOf(plain, inputs);
      double squares = 0;
      for (const Reals &gradient : expected)
        for (double element : gradient.elements)
          squares += element * element;
      EXPECT_GT(squares, 1.0); // so that some bounds are below it
      EXPECT_LT(squares, 1e4);
      EXPECT_NEAR(clipped.run(inputs).gradientNorm, std::sqrt(squares), 1e-9);
      const double factor = std::min(1.0, bound / (std::sqrt(squares) + 1e-6));
      for (Reals &gradient : expected)
        for (double &element : gradient.elements)
          element *= factor;
      EXPECT_LT(relativeError(gradientsOf(clipped, inputs), expected),
                kTolerance)
          << bound;
    }
}

TEST(ClipNormTest, LetsNaNThrough) {
  TrainStep step(modelWith("sgd(learning_rate = 0.5)", "clip_norm(0.3)"));
  StepInputs inputs = step.makeInputs(5);
  inputs.parameters[1].elements[0] = NAN;
  // One of both columns has it, and so has the norm.
  for (const Reals &parameter : step.run(inputs).parameters)
    for (double element : parameter.elements)
      EXPECT_TRUE(std::isnan(element));
}

/// The states of both parameters: first what has accumulated.
StepInputs withoutStates(const StepInputs &inputs) {
  StepInputs zero = inputs;
  for (Reals &state : zero.states)
    state.elements.assign(state.elements.size(), 0.0);
  return zero;
}

/// One step of 15 rows, or three of 5 of them each.
TEST(AccumulateTest, IsAStepOfAllRows) {
  const std::vector<int64_t> rows = {3, 0, 8, 1, 3, 2, 2, 7,
                                     5, 4, 6, 1, 0, 5, 8};
  for (const char *optimizer :
       {"sgd(learning_rate = 0.5)", "sgd(learning_rate = 0.5, momentum = 0.9)",
        "adamw(learning_rate = 0.1, epsilon = 0.1)"})
    for (const char *clip : {"", " clip_value(0.4)", " clip_norm(0.5)"}) {
      TrainStep whole(modelWith(optimizer, clip));
      TrainStep parts(
          modelWith(optimizer, std::string("accumulate(3)") + clip));
      StepInputs inputs = withoutStates(whole.makeInputs(6));
      StepInputs part = withoutStates(parts.makeInputs(6));
      part.parameters = inputs.parameters;
      inputs.rows = rows;
      // Two updates, so that states and the count of updates take part.
      int64_t step = 0;
      for (int64_t update = 1; update <= 2; ++update) {
        inputs.number = update;
        const StepResults expected = whole.run(inputs);
        for (size_t first = 0; first < rows.size(); first += 5) {
          part.number = ++step;
          part.rows.assign(&rows[first], &rows[first] + 5);
          const StepResults results = parts.run(part);
          if (first < 10) {
            EXPECT_EQ(results.parameters[0].elements,
                      part.parameters[0].elements);
            EXPECT_EQ(results.parameters[1].elements,
                      part.parameters[1].elements);
          }
          part.parameters = results.parameters;
          part.states = results.states;
        }
        EXPECT_LT(relativeError(part.parameters, expected.parameters),
                  kTolerance)
            << optimizer << clip;
        // Nothing is left for the next.
        for (int i : {0, 1})
          for (double element : part.states[i].elements)
            EXPECT_EQ(element, 0);
        EXPECT_LT(relativeError({part.states.begin() + 2, part.states.end()},
                                expected.states),
                  kTolerance);
        inputs.parameters = expected.parameters;
        inputs.states = expected.states;
      }
    }
}

} // namespace
