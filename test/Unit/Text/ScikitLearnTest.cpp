//===- ScikitLearnTest.cpp - What scikit-learn makes of the same texts ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

// Recorded from CountVectorizer and TfidfVectorizer (ngram_range=(1, 2)) of
// scikit-learn 1.9.1; test/Integration/sklearn compares more, afresh.
static const std::vector<Document> documents = documentsOf(
    {"The film was good, really good! The end.", "It's don't a_b __ x2 3.14",
     "ÀÉ Été ÉTÉ ΟΔΥΣΣΕΥΣ İs ½½", "good film the the end", ""});

static VectorizerSettings bigrams() {
  VectorizerSettings settings = plain(1, 2);
  settings.text.tokenizer.kind = TokenizerKind::ScikitLearn;
  return settings;
}

static void expectRows(const FeatureRows &rows,
                       const std::vector<std::string> &expected) {
  ASSERT_EQ(rows.size(), expected.size());
  for (std::size_t row = 0; row < expected.size(); ++row)
    EXPECT_EQ(rowOf(rows, row), expected[row]) << row;
}

TEST(ScikitLearn, CountVectorizer) {
  const auto [vectorizer, rows] = learn(documents, bigrams());
  EXPECT_EQ(namesOf(vectorizer),
            "14|__|__ x2|a_b|a_b __|don|don a_b|end|film|film the|film was|"
            "good|good film|good really|good the|it|it don|really|really good|"
            "the|the end|the film|the the|was|was good|x2|x2 14|½½|àé|àé été|"
            "été|été été|été οδυσσευς|οδυσσευς|οδυσσευς ½½");
  expectRows(rows,
             {"7:1 8:1 10:1 11:2 13:1 14:1 17:1 18:1 19:2 20:1 21:1 23:1 24:1",
              "0:1 1:1 2:1 3:1 4:1 5:1 6:1 15:1 16:1 25:1 26:1",
              "27:1 28:1 29:1 30:2 31:1 32:1 33:1 34:1",
              "7:1 8:1 9:1 11:1 12:1 19:2 20:1 22:1", ""});
}

TEST(ScikitLearn, TfidfVectorizer) {
  VectorizerSettings settings = bigrams();
  settings.value = ValueKind::TfIdf;
  settings.normalization = Normalization::L2;
  expectRows(
      learn(documents, settings).rows,
      {"7:0.207211 8:0.207211 10:0.256832 11:0.414421 13:0.256832 14:0.256832 "
       "17:0.256832 18:0.256832 19:0.414421 20:0.207211 21:0.256832 "
       "23:0.256832 "
       "24:0.256832",
       "0:0.301511 1:0.301511 2:0.301511 3:0.301511 4:0.301511 5:0.301511 "
       "6:0.301511 15:0.301511 16:0.301511 25:0.301511 26:0.301511",
       "27:0.301511 28:0.301511 29:0.301511 30:0.603023 31:0.301511 "
       "32:0.301511 "
       "33:0.301511 34:0.301511",
       "7:0.281619 8:0.281619 9:0.349059 11:0.281619 12:0.349059 19:0.563238 "
       "20:0.281619 22:0.349059",
       ""});
}
