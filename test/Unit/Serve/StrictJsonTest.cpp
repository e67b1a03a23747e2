//===- StrictJsonTest.cpp - JSON that says one thing ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/StrictJson.h"

#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <string>

using namespace mlc::runtime;

/// Boost's own parser gives a neighbour of some of these.
TEST(StrictJsonTest, NumbersAreTheNearest) {
  std::mt19937_64 random(1);
  int wrong = 0;
  for (int i = 0; i < 2000; ++i) {
    // Of all sizes, some of them denormal, and some with too many digits.
    const std::uint64_t bits = random();
    double number;
    std::memcpy(&number, &bits, sizeof(number));
    if (!std::isfinite(number))
      continue;
    const std::string text = i % 2 == 0 ? fmt::format("[{:.16e}]", number)
                                        : fmt::format("[{:.25e}]", number);
    const auto value = parseStrict(text, {});
    const double read = value.as_array()[0].to_number<double>();
    if (std::memcmp(&read, &number, sizeof(read)) != 0 && ++wrong <= 3)
      ADD_FAILURE() << text << " was read as " << fmt::format("{:.17g}", read);
  }
  EXPECT_EQ(wrong, 0);
}
