//===- ModelTextTest.cpp - Models for data sets ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ModelText.h"

#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;

static Dataset dense(std::vector<double> labels, bool areClasses,
                     std::vector<std::string> names = {}) {
  DatasetRows rows = {.sparse = {},
                      .isDense = true,
                      .dense = std::vector<float>(3 * labels.size()),
                      .hasClasses = areClasses,
                      .classNames = std::move(names)};
  rows.sparse.width = 3;
  for (double label : labels)
    rows.sparse.endRow(label);
  return Dataset("x", std::move(rows));
}

static bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

TEST(ModelText, LossesGoWithLabels) {
  const std::string binary = modelFor(dense({0, 1}, false), "m", {});
  EXPECT_TRUE(has(binary, "graph.bce_with_logits %y, %label : !outputs"))
      << binary;
  EXPECT_TRUE(has(binary, "!rows = tensor<?x3xf32>\n"));
  EXPECT_TRUE(has(binary, "tensor<3x256xf32>"));
  EXPECT_TRUE(has(binary, "tensor<256x1xf32>"));
  const std::string classes =
      modelFor(dense({0, 2}, true, {"a", "b", "c", "d"}), "m", {});
  EXPECT_TRUE(has(classes, "graph.cross_entropy %y, %label : !outputs, "
                           "tensor<?xi32>"))
      << classes;
  EXPECT_TRUE(has(classes, "!outputs = tensor<?x4xf32>"));
  EXPECT_TRUE(has(modelFor(dense({0, 2.5}, false), "m", {}), "graph.mse"));
}

TEST(ModelText, WhatWasAskedFor) {
  const std::string text = modelFor(
      dense({0, 1}, false), "net",
      {.hidden = {7, 5}, .activation = Activation::Tanh, .dropout = 0.5});
  EXPECT_TRUE(has(text, "graph.program @net {"));
  EXPECT_TRUE(has(text, "tensor<7x5xf32>"));
  EXPECT_TRUE(has(text, "%a2 = graph.tanh %h2 : tensor<?x5xf32>"));
  EXPECT_TRUE(has(text, "%d2 = graph.dropout %a2, 0.5 : tensor<?x5xf32>"));
  const std::string linear =
      modelFor(dense({0, 1}, false), "m", {.hidden = {}, .isLinear = true});
  EXPECT_FALSE(has(linear, "layer2"));
  EXPECT_FALSE(has(linear, "graph.relu"));
}

TEST(ModelText, QuantitiesOfTablesAreLearnedAsByRealMlp) {
  const std::string text =
      modelFor(dense({0, 2.5}, false), "m", {.hidden = {16, 4}});
  for (const char *part :
       {"%s = graph.parameter \"scale\" constant(1.0) rate(6) : tensor<3xf32>",
        "graph.scale_columns %x, %s : !rows, tensor<3xf32>",
        "\"layer1.weight\" normal(0.57735) rate(0.57735) : tensor<3x16xf32>",
        "\"layer2.weight\" normal(0.25) rate(0.25) : tensor<16x4xf32>",
        "\"layer3.weight\" zeros rate(0.5) : tensor<4x1xf32>",
        "\"layer2.bias\" normal(1.0) rate(0.1) : tensor<4xf32>",
        "\"layer3.bias\" zeros rate(0.1) : tensor<1xf32>", "graph.mish %h1",
        "schedule(cosine, warmup = 0.1)"})
    EXPECT_TRUE(has(text, part)) << part << '\n' << text;
  EXPECT_FALSE(has(text, "dropout"));
  // So few steps have no average; 100 epochs of 2,000 rows have 3,125.
  EXPECT_FALSE(has(text, "ema("));
  EXPECT_TRUE(
      has(modelFor(dense(std::vector<double>(2000, 2.5), false), "m", {}),
          "batch(64) epochs(100) schedule(cosine, warmup = 0.1) "
          "ema(0.9904)"));
  EXPECT_FALSE(has(modelFor(dense({0, 1}, false), "m", {}), "rate("));
  const std::string linear =
      modelFor(dense({0, 2.5}, false), "m", {.hidden = {}, .isLinear = true});
  EXPECT_FALSE(has(linear, "rate("));
  EXPECT_TRUE(has(linear, "\"layer1.weight\" uniform_fan_in"));
}

TEST(ModelText, HiddenLayersAreNormalizedByBatches) {
  const std::string text = modelFor(dense({0, 1}, false), "m",
                                    {.hidden = {5}, .hasBatchNorm = true});
  for (const char *part :
       {"%m1 = graph.parameter \"norm1.running_mean\" zeros running : "
        "tensor<5xf32>",
        "%v1 = graph.parameter \"norm1.running_var\" constant(1.0) running : "
        "tensor<5xf32>",
        "%h1 = graph.linear %x, %w1 : !rows, tensor<3x5xf32>\n",
        "%n1 = graph.batch_norm %h1, %g1, %b1, %m1, %v1 : tensor<?x5xf32>, "
        "tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>\n",
        "%a1 = graph.gelu %n1 : tensor<?x5xf32>", "graph.linear %d1, %w2, %b2"})
    EXPECT_TRUE(has(text, part)) << part << '\n' << text;
  EXPECT_FALSE(has(text, "layer1.bias"));
  EXPECT_FALSE(has(text, "norm2"));
}

TEST(ModelText, WideRowsAreLazy) {
  DatasetRows rows;
  rows.sparse.width = 300'000;
  rows.sparse.endRow(0);
  rows.sparse.endRow(1);
  const std::string text = modelFor(Dataset("x", std::move(rows)), "m", {});
  EXPECT_TRUE(has(text, "tensor<?x300000xf32, #graph.csr>")) << text;
  EXPECT_TRUE(has(text, "adam(learning_rate = 0.001, lazy)"));
  EXPECT_TRUE(has(text, "tensor<300000x16xf32>"));
}
