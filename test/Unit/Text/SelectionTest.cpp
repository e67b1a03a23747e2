//===- SelectionTest.cpp - Which features are the most telling ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Support.h"
#include "Support/Files.h"
#include "Text/LinearModel.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

static std::string chosen(const std::vector<Document> &documents,
                          Selection selection, std::int64_t count,
                          VectorizerSettings settings = plain()) {
  settings.selection = selection;
  settings.maxFeatures = count;
  return namesOf(learn(documents, settings).vectorizer);
}

// Labels: the even ones are 0.
static const std::vector<Document> documents =
    documentsOf({"the bad bad film film film", "the good film", "the bad end",
                 "the good good end", "the bad b", "the fine a"});

TEST(Selection, Frequency) {
  // Sums: the 6, bad 4, film 4, good 3, end 2, the rest 1; ties: the first.
  EXPECT_EQ(chosen(documents, Selection::Frequency, 2), "bad|the");
  EXPECT_EQ(chosen(documents, Selection::Frequency, 6),
            "a|bad|end|film|good|the");
  EXPECT_EQ(chosen(documents, Selection::Frequency, 100),
            "a|b|bad|end|film|fine|good|the");
}

TEST(Selection, DocumentFrequency) {
  // The 6, bad 3, film, good and end 2.
  EXPECT_EQ(chosen(documents, Selection::Documents, 3), "bad|end|the");
}

TEST(Selection, Chi2) {
  // scikit-learn's chi2: bad 4, good 3, film 1, end 0, the 0, others 1.
  EXPECT_EQ(chosen(documents, Selection::Chi2, 2), "bad|good");
  EXPECT_EQ(chosen(documents, Selection::Chi2, 5), "a|b|bad|film|good");
}

TEST(Selection, Linear) {
  EXPECT_EQ(chosen(documents, Selection::Linear, 2), "bad|good");
  // `the` tells nothing, and `a`, `b` and `fine` little.
  EXPECT_EQ(chosen(documents, Selection::Linear, 7),
            "a|b|bad|end|film|fine|good");
}

TEST(Selection, ClassesAndNumbers) {
  std::vector<Document> stars = documents;
  for (std::size_t at = 0; at < stars.size(); ++at)
    stars[at].label = at % 2 ? 7.0 + double(at) : 1.0 + double(at) / 2;
  VectorizerSettings settings = plain();
  settings.labels.kind = LabelKind::Numbers;
  EXPECT_EQ(chosen(stars, Selection::Chi2, 2, settings), "bad|good");
  EXPECT_EQ(chosen(stars, Selection::Linear, 2, settings), "bad|good");
  // Three classes, each with a word of its own.
  std::vector<Document> classes = {{"x one", 0},   {"x one y", 0},
                                   {"x two", 3},   {"x two y", 3},
                                   {"x three", 9}, {"x three y", 9}};
  settings.labels.kind = LabelKind::Classes;
  EXPECT_EQ(chosen(classes, Selection::Chi2, 3, settings), "one|three|two");
  EXPECT_EQ(chosen(classes, Selection::Linear, 3, settings), "one|three|two");
}

TEST(Selection, LabelsMustDiffer) {
  std::vector<Document> same = documents;
  for (Document &document : same)
    document.label = 1;
  for (Selection selection : {Selection::Chi2, Selection::Linear})
    EXPECT_NE(inputError([&] {
                chosen(same, selection, 2);
              }).find("have the same label"),
              std::string::npos);
  EXPECT_EQ(chosen(same, Selection::Frequency, 1), "the");
}

// At the minimum the gradient is 0: w = cost * sum of y x sigmoid(-y w.x). The
// fixed number of passes comes close to it.
TEST(Selection, TheLogisticRegressionIsAtItsMinimum) {
  SparseRows rows;
  std::vector<bool> isPositive;
  for (int row = 0; row < 60; ++row) {
    for (int column = 0; column < 5; ++column)
      if ((row * 7 + column * 3) % 4 < 2) {
        rows.indices.push_back(column);
        rows.values.push_back(0.3f + 0.1f * float((row + column) % 5));
      }
    rows.endRow(0);
    isPositive.push_back((row * 5) % 7 < 3);
  }
  rows.width = 5;
  constexpr double cost = 2;
  const std::vector<double> weights = fitLogistic(rows, isPositive, cost);
  // The bias follows from its own condition, by bisection.
  auto slope = [&](double bias, int column) {
    double sum = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      double product = bias, own = column < 0;
      const auto indices = rows.indicesOf(row);
      const auto values = rows.valuesOf(row);
      for (std::size_t at = 0; at < indices.size(); ++at) {
        product += weights[std::size_t(indices[at])] * values[at];
        if (indices[at] == column)
          own = values[at];
      }
      const double sign = isPositive[row] ? 1 : -1;
      sum += sign * own / (1 + std::exp(sign * product));
    }
    return cost * sum;
  };
  double low = -100, high = 100;
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (middle > slope(middle, -1) ? high : low) = middle;
  }
  for (int column = 0; column < 5; ++column)
    EXPECT_NEAR(weights[std::size_t(column)], slope(low, column), 0.01);
}
