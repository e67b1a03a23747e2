//===- FrozenTest.cpp - Parameters that are not trained -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainStep.h"

#include "dialects/Graph/Graph.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace mlc;
using namespace mlc::test;

namespace {

/// Two layers; `first`, `bias` and `second` stand behind the initialisers.
std::string modelWith(const std::string &first, const std::string &bias,
                      const std::string &second, const std::string &optimizer) {
  return modelOf({.parameters = fmt::format(
                      "%w = graph.parameter \"w\" zeros{} : tensor<3x4xf32>\n"
                      "%b = graph.parameter \"b\" zeros{} : tensor<4xf32>\n"
                      "%v = graph.parameter \"v\" zeros{} : tensor<4x2xf32>",
                      first, bias, second),
                  .predict = "%h = graph.linear %x, %w, %b : tensor<?x3xf32>, "
                             "tensor<3x4xf32>, tensor<4xf32>\n"
                             "%a = graph.tanh %h : tensor<?x4xf32>\n"
                             "%out = graph.linear %a, %v : tensor<?x4xf32>, "
                             "tensor<4x2xf32>",
                  .optimizer = optimizer});
}

constexpr char kAdamW[] = "adamw(learning_rate = 0.1, weight_decay = 0.3)";

int64_t productsIn(TrainStep &step) {
  int64_t products = 0;
  step.function().walk([&](graph::MatmulOp) { ++products; });
  return products;
}

/// The other parameters change as if it were trained, too.
TEST(FrozenTest, KeepsItsBitsAndHasNoState) {
  for (const auto &[first, bias, second] :
       {std::tuple(" frozen", "", ""), std::tuple("", " frozen", ""),
        std::tuple("", "", " frozen"), std::tuple(" frozen", " frozen", "")}) {
    TrainStep all(modelWith("", "", "", kAdamW));
    TrainStep some(modelWith(first, bias, second, kAdamW));
    const StepInputs inputs = all.makeInputs(3);
    StepInputs fewer = some.makeInputs(3);
    fewer.parameters = inputs.parameters;
    fewer.states.clear();
    const bool isFrozen[] = {first[0] != 0, bias[0] != 0, second[0] != 0};
    for (int i = 0; i < 3; ++i)
      if (!isFrozen[i])
        fewer.states.insert(fewer.states.end(), &inputs.states[2 * i],
                            &inputs.states[2 * i] + 2);
    const StepResults expected = all.run(inputs);
    const StepResults results = some.run(fewer);
    EXPECT_EQ(results.loss, expected.loss);
    ASSERT_EQ(results.parameters.size(), 3u);
    ASSERT_EQ(results.states.size(), fewer.states.size());
    for (int i = 0; i < 3; ++i)
      EXPECT_EQ(results.parameters[i].elements,
                isFrozen[i] ? inputs.parameters[i].elements
                            : expected.parameters[i].elements)
          << i;
  }
}

/// Not only is its gradient not used: what leads to it is not computed either.
TEST(FrozenTest, HasNoGradient) {
  TrainStep all(modelWith("", "", "", kAdamW));
  TrainStep second(modelWith("", "", " frozen", kAdamW));
  TrainStep first(modelWith(" frozen", " frozen", "", kAdamW));
  // x' dh, dy v', a' dy
  EXPECT_EQ(productsIn(all), 3);
  EXPECT_EQ(productsIn(second), 2);
  EXPECT_EQ(productsIn(first), 1);
}

} // namespace
