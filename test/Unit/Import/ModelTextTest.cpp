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
