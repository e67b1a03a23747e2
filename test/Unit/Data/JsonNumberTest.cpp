//===- JsonNumberTest.cpp -------------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/JsonNumber.h"

#include <cmath>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

TEST(JsonNumberTest, IsReadToItsLastBitWhateverSpacesThereAre) {
  const double number = 0.1 + 0.2;
  EXPECT_EQ(jsonNumberOf("{\"x\": 0.30000000000000004}", "x"), number);
  EXPECT_EQ(jsonNumberOf("{\"x\":0.30000000000000004}", "x"), number);
  EXPECT_EQ(jsonNumberOf("{\"y\": \"x\", \"x\"\t :\n 3e-1 }", "x"), 0.3);
  EXPECT_EQ(jsonNumberOf("{\"\\\"x\": 2}", "\"x"), 2);
}

TEST(JsonNumberTest, WhatIsNoNumberIsNaN) {
  EXPECT_TRUE(std::isnan(jsonNumberOf("{\"x\": null}", "x")));
  EXPECT_TRUE(std::isnan(jsonNumberOf("{\"x\": 1}", "y")));
  EXPECT_TRUE(std::isnan(jsonNumberOf("{\"x\":", "x")));
  EXPECT_TRUE(std::isnan(jsonNumberOf("", "x")));
}

} // namespace
} // namespace mlc::runtime
