//===- MeasureTest.cpp - Figures by their names ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Measure.h"

#include "Error.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

const std::vector<std::string> names = {"ham", "spam"};

std::string refusal(const char *name, Task task, std::int64_t columns,
                    std::span<const std::string> classes = {}) {
  try {
    const Measure measure(name, task, columns, classes, "--measure");
    return "taken";
  } catch (const UsageError &error) {
    return error.what();
  }
}

TEST(Measure, IsRefusedWithTheNamesThatThereAre) {
  EXPECT_EQ(refusal("f2", Task::Regression, 1),
            "--measure: there is no 'f2' of this program; expected one of "
            "rmse, mae, median_ae, r2");
  EXPECT_NE(refusal("rmse", Task::Binary, 1).find("roc_auc"),
            std::string::npos);
  EXPECT_EQ(refusal("f1:eggs", Task::Binary, 1, names),
            "--measure: 'f1:eggs' names no class; expected f1:NAME with one of "
            "ham, spam");
  EXPECT_EQ(refusal("f1:3", Task::MultiClass, 3),
            "--measure: 'f1:3' names no class; expected f1:NAME with one of 0 "
            "to 2");
  EXPECT_EQ(refusal("f1:0", Task::MultiClass, 3), "taken");
  EXPECT_NE(refusal("mcc", Task::MultiLabel, 3), "taken");
  EXPECT_NE(refusal("", Task::Binary, 1), "taken");
}

TEST(Measure, KnowsItsDirection) {
  for (const char *name : {"log_loss", "brier", "ece"})
    EXPECT_FALSE(Measure(name, Task::Binary, 1, {}, "").isHigherBetter());
  for (const char *name : {"f1", "roc_auc", "accuracy", "f1:1"})
    EXPECT_TRUE(Measure(name, Task::Binary, 1, {}, "").isHigherBetter());
  EXPECT_TRUE(Measure("r2", Task::Regression, 1, {}, "").isHigherBetter());
  EXPECT_FALSE(Measure("mae", Task::Regression, 1, {}, "").isHigherBetter());
  for (const char *name : {"loss", "log_loss", "hamming_loss", "rmse"})
    EXPECT_TRUE(isLowerBetter(name));
  for (const char *name : {"f1", "f1:spam", "r2", "recallAtPrecision:0.9"})
    EXPECT_FALSE(isLowerBetter(name));
}

TEST(Measure, OfOneClass) {
  const std::vector<float> outputs = {2, -1, 0.5, 3, -2, 1};
  const std::vector<float> labels = {1, 1, 1, 0, 0, 1};
  Judged judged;
  judged.task = Task::Binary;
  judged.rows = 6;
  judged.columns = 1;
  judged.outputs = outputs;
  judged.labels = labels;
  Judgement judgement(judged);
  const auto figure = [&](const char *name) {
    return Measure(name, Task::Binary, 1, names, "").of(judgement);
  };
  EXPECT_EQ(figure("f1"), figure("f1:spam"));
  EXPECT_EQ(figure("recall:spam"), 3.0 / 4);
  EXPECT_EQ(figure("recall:ham"), 1.0 / 2);
  EXPECT_EQ(figure("precision:ham"), 1.0 / 2);
  // Seen from the other class the ranking is the same, upside down.
  EXPECT_EQ(figure("roc_auc:ham"), figure("roc_auc"));
  EXPECT_NE(figure("average_precision:ham"), figure("average_precision"));
  // By falling output: -, +, +, +, +, -.
  EXPECT_EQ(figure("precisionAtRecall:0.5"), 4.0 / 5);
  EXPECT_EQ(figure("recallAtPrecision:0.7"), 1);
  EXPECT_EQ(figure("recallAtPrecision:0.8"), 1);
  EXPECT_EQ(figure("recallAtPrecision:0.81"), 0);
}

TEST(Measure, AtABound) {
  EXPECT_EQ(refusal("precisionAtRecall:1", Task::Binary, 1), "taken");
  EXPECT_EQ(refusal("recallAtPrecision:0.9", Task::MultiClass, 2), "taken");
  for (const char *bound : {"0", "1.5", "", "high", "0.5x"})
    EXPECT_NE(refusal((std::string("precisionAtRecall:") + bound).c_str(),
                      Task::Binary, 1)
                  .find("expected precisionAtRecall:SHARE"),
              std::string::npos)
        << bound;
  EXPECT_NE(refusal("precisionAtRecall:0.5", Task::MultiClass, 3), "taken");
  EXPECT_NE(refusal("precisionAtRecall:0.5", Task::Regression, 1), "taken");
}

} // namespace
} // namespace mlc::runtime
