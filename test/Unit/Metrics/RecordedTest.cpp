//===- RecordedTest.cpp - Figures that scikit-learn computed --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// recorded.txt was written by test/Integration/sklearn/metrics.py --record.

#include "JudgedSet.h"
#include "Metrics/Measure.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>

namespace mlc::test {
namespace {

using namespace runtime;

TEST(Metrics, EqualRecordedOnes) {
  std::ifstream file(RECORDED_FIGURES);
  JudgedSet set;
  int compared = 0;
  while (set.read(file)) {
    const Judged &judged = set.judged;
    Judgement judgement(judged);
    int count = 0;
    file >> count;
    for (std::string name, value; count-- > 0 && file >> name >> value;) {
      const Measure measure(name, judged.task, judged.columns, {}, "");
      const double expected = std::strtod(value.c_str(), nullptr);
      const double figure = measure.of(judgement);
      EXPECT_EQ(std::isnan(figure), std::isnan(expected)) << name;
      if (!std::isnan(expected)) {
        EXPECT_NEAR(figure, expected, 1e-12) << name;
      }
      ++compared;
    }
  }
  EXPECT_TRUE(file.eof());
  EXPECT_GT(compared, 80);
}

} // namespace
} // namespace mlc::test
