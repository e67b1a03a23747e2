//===- ClassReportTest.cpp - What is told of classes ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/ClassReport.h"
#include "Report/AnswerWarnings.h"
#include "Report/Figures.h"

#include <boost/json.hpp>
#include <cmath>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

struct ThreeClasses {
  std::vector<float> outputs;
  std::vector<std::int32_t> classes = {0, 0, 1, 1, 1, 2};
  std::vector<std::string> names = {"ham", "ädde", "weighted avg"};

  explicit ThreeClasses(const std::vector<int> &told) {
    for (int answer : told)
      for (int column = 0; column < 3; ++column)
        outputs.push_back(column == answer ? 2 : 0.5f * float(column));
  }
  Judged judged() const {
    Judged judged;
    judged.task = Task::MultiClass;
    judged.rows = std::ssize(classes);
    judged.columns = 3;
    judged.outputs = outputs;
    judged.classes = classes;
    return judged;
  }
};

TEST(ClassReport, IsScikitLearnsText) {
  const ThreeClasses set({0, 1, 1, 1, 0, 2});
  Judgement judgement(set.judged());
  // print(classification_report([0, 0, 1, 1, 1, 2], [0, 1, 1, 1, 0, 2],
  //   target_names=["ham", "ädde", "weighted avg"], digits=4))
  EXPECT_EQ(classReportText(judgement, set.names),
            "              precision    recall  f1-score   support\n"
            "\n"
            "         ham     0.5000    0.5000    0.5000         2\n"
            "        ädde     0.6667    0.6667    0.6667         3\n"
            "weighted avg     1.0000    1.0000    1.0000         1\n"
            "\n"
            "    accuracy                         0.6667         6\n"
            "   macro avg     0.7222    0.7222    0.7222         6\n"
            "weighted avg     0.6667    0.6667    0.6667         6\n");
  EXPECT_EQ(confusionText(judgement, set.names),
            "                       ham          ädde  weighted avg\n"
            "         ham             1             1             0\n"
            "        ädde             1             2             0\n"
            "weighted avg             0             0             1\n");
}

TEST(ClassReport, AsJson) {
  const ThreeClasses set({0, 1, 1, 1, 0, 2});
  Judgement judgement(set.judged());
  const auto json =
      boost::json::parse("{" + classReportJson(judgement, set.names) + "}")
          .as_object();
  const auto number = [&](const char *line, const char *key) {
    return json.at(line).as_object().at(key).to_number<double>();
  };
  EXPECT_EQ(number("ham", "precision"), 0.5);
  EXPECT_EQ(number("ham", "support"), 2);
  EXPECT_EQ(number("ädde", "recall"), 2.0 / 3);
  // A class of this name must not hide the average.
  EXPECT_EQ(number("class:weighted avg", "f1-score"), 1);
  EXPECT_EQ(number("weighted avg", "support"), 6);
  EXPECT_EQ(json.at("confusion_matrix"),
            boost::json::parse("[[1, 1, 0], [1, 2, 0], [0, 0, 1]]"));
  EXPECT_EQ(json.at("calibration").as_array().size(), 15u);
}

TEST(ClassReport, SeveralLabelsHaveNoAccuracyAndNoConfusion) {
  const std::vector<float> outputs = {1, -1, 1, 1}, labels = {1, 0, 0, 1};
  Judged judged;
  judged.task = Task::MultiLabel;
  judged.rows = judged.columns = 2;
  judged.outputs = outputs;
  judged.labels = labels;
  Judgement judgement(judged);
  const std::string text = classReportText(judgement, {});
  EXPECT_EQ(text.find("accuracy"), std::string::npos);
  for (const char *line : {"micro avg", "macro avg", "samples avg"})
    EXPECT_NE(text.find(line), std::string::npos);
  EXPECT_EQ(confusionText(judgement, {}), "");
  EXPECT_NE(classReportJson(judgement, {}).find("\"confusion_matrix\": null"),
            std::string::npos);
}

TEST(AnswerWarnings, OneAnswerForAll) {
  const ThreeClasses set({1, 1, 1, 1, 1, 1});
  Judgement judgement(set.judged());
  const auto warnings = answerWarnings("FILE: ", judgement, set.names);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_TRUE(warnings[0].starts_with(
      "FILE: all 6 predictions are ädde, but 3 rows are not: "))
      << warnings[0];
}

TEST(AnswerWarnings, NoneWhereThereIsNothingOdd) {
  ThreeClasses set({0, 1, 1, 1, 0, 2});
  Judgement judgement(set.judged());
  EXPECT_TRUE(answerWarnings("", judgement, {}).empty());
  set.classes = {0, 0, 0, 0, 0, 1};
  Judgement without(set.judged());
  const auto warnings = answerWarnings("", without, {});
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_TRUE(warnings[0].starts_with("no row is of class 2: "));
}

TEST(Figures, Undefined) {
  const std::vector<Figure> figures = {{"roc_auc", NAN}, {"f1", 0.5}};
  EXPECT_EQ(jsonFigures(figures), "\"roc_auc\": null, \"f1\": 0.5");
  EXPECT_EQ(figureLines(figures, Task::Binary),
            "roc_auc undefined  f1 0.5000\n");
}

TEST(Figures, LinesHaveEightyColumns) {
  const std::vector<Figure> figures(20, {"average_precision", 0.25});
  const std::string lines = figureLines(figures, Task::Binary);
  std::size_t start = 0, count = 0;
  for (std::size_t end; (end = lines.find('\n', start)) != lines.npos;
       start = end + 1) {
    EXPECT_LE(end - start, 80u);
    ++count;
  }
  EXPECT_EQ(count, 7u); // Three on a line.
}

} // namespace
} // namespace mlc::runtime
