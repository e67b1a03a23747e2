//===- TextVectorizerTest.cpp - From texts to features --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Support.h"
#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

TEST(TextVectorizer, CountsWordsInTheOrderOfTheirBytes) {
  const auto [vectorizer, rows] =
      learn(documentsOf({"b a b", "é B", ""}), plain());
  EXPECT_EQ(namesOf(vectorizer), "a|b|é");
  EXPECT_EQ(rowOf(rows, 0), "0:1 1:2");
  EXPECT_EQ(rowOf(rows, 1), "1:1 2:1");
  EXPECT_EQ(rowOf(rows, 2), "");
  EXPECT_EQ(rows.sparse.labels, (std::vector<double>{0, 1, 0}));
  EXPECT_EQ(rows.sparse.width, 3);
  EXPECT_EQ(rows.dropped, 0);
}

TEST(TextVectorizer, NgramsOfWords) {
  const auto documents = documentsOf({"a b a b", "b"});
  EXPECT_EQ(namesOf(learn(documents, plain(1, 3)).vectorizer),
            "a|a b|a b a|b|b a|b a b");
  EXPECT_EQ(namesOf(learn(documents, plain(2, 2)).vectorizer), "a b|b a");
  const auto [vectorizer, rows] = learn(documents, plain(2, 3));
  EXPECT_EQ(namesOf(vectorizer), "a b|a b a|b a|b a b");
  EXPECT_EQ(rowOf(rows, 0), "0:2 1:1 2:1 3:1");
  EXPECT_EQ(rowOf(rows, 1), "");
}

TEST(TextVectorizer, NgramsOfCharacters) {
  VectorizerSettings settings = plain(1, 2);
  settings.text.characters = true;
  const auto [vectorizer, rows] = learn(documentsOf({"aé  a", "é"}), settings);
  EXPECT_EQ(namesOf(vectorizer), " | a|a|aé|é|é ");
  EXPECT_EQ(rowOf(rows, 0), "0:1 1:1 2:2 3:1 4:1 5:1");
  EXPECT_EQ(rowOf(rows, 1), "4:1");
}

TEST(TextVectorizer, StopWordsGoBeforeNgrams) {
  VectorizerSettings settings = plain(1, 2);
  settings.text.stopWords = {"the", "of"};
  EXPECT_EQ(
      namesOf(
          learn(documentsOf({"end of the film", "the"}), settings).vectorizer),
      "end|end film|film");
}

TEST(TextVectorizer, DocumentFrequencyLimits) {
  const auto documents = documentsOf({"a b c d", "a b c", "a b b", "a"});
  VectorizerSettings settings = plain();
  settings.minDocuments = DocumentLimit{2, false};
  EXPECT_EQ(namesOf(learn(documents, settings).vectorizer), "a|b|c");
  settings.minDocuments = DocumentLimit{0.5, true};
  settings.maxDocuments = DocumentLimit{0.75, true};
  const auto [vectorizer, rows] = learn(documents, settings);
  EXPECT_EQ(namesOf(vectorizer), "b|c");
  EXPECT_EQ(rowOf(rows, 2), "0:2");
  EXPECT_EQ(rows.dropped, 5);
  settings.maxDocuments = DocumentLimit{2, false};
  EXPECT_EQ(namesOf(learn(documents, settings).vectorizer), "c");
}

TEST(TextVectorizer, GivenVocabularyKeepsItsOrder) {
  const std::vector<std::string> words = {"c", "b a", "z", "a"};
  const auto documents = documentsOf({"b a c c", "a d"});
  const auto [vectorizer, rows] =
      learn(documents, plain(1, 2), {.vocabulary = &words});
  EXPECT_EQ(namesOf(vectorizer), "c|b a|z|a");
  EXPECT_EQ(rowOf(rows, 0), "0:2 1:1 3:1");
  EXPECT_EQ(rowOf(rows, 1), "3:1");
  VectorizerSettings settings = plain(1, 2);
  settings.maxFeatures = 2;
  EXPECT_EQ(
      namesOf(learn(documents, settings, {.vocabulary = &words}).vectorizer),
      "c|a");
}

TEST(TextVectorizer, HashedTermsNeedNoVocabulary) {
  VectorizerSettings settings = plain(1, 2);
  settings.text.hashBits = 20;
  const auto documents = documentsOf({"good film good film", "bad film"});
  const auto [vectorizer, rows] = learn(documents, settings);
  EXPECT_EQ(vectorizer.features(), 1 << 20);
  EXPECT_EQ(vectorizer.vocabulary(), "");
  // XXH3 of "good film", "film good", "film" and "good" modulo 2^20: what files
  // have been made with.
  EXPECT_EQ(rowOf(rows, 0), "306912:2 474745:2 819515:2 954225:1");
  settings.text.signedHash = true;
  const auto [another, signedRows] = learn(documents, settings);
  EXPECT_EQ(rowOf(signedRows, 0), "306912:-2 474745:2 819515:2 954225:-1");
  EXPECT_EQ(signedRows.sparse.indices, rows.sparse.indices);
}

TEST(TextVectorizer, SignsOfAHashCancelOut) {
  VectorizerSettings settings = plain();
  settings.text.hashBits = 1;
  settings.text.signedHash = true;
  std::string text;
  for (int word = 0; word < 1000; ++word)
    text += std::to_string(word) + " ";
  const FeatureRows rows = learn(documentsOf({text, "1"}), settings).rows;
  ASSERT_LE(rows.sparse.indptr[1], 2);
  for (float value : rows.sparse.valuesOf(0))
    EXPECT_LT(std::abs(value), 100);
}

TEST(TextVectorizer, EmbeddingsArePooledByMean) {
  const Embeddings embeddings = {
      {"good", "unseen", "bad"}, 2, {1, 0, 5, 5, 0, 2}};
  const auto documents = documentsOf({"good good bad other", "none"});
  const auto [vectorizer, rows] =
      learn(documents, plain(), {.embeddings = &embeddings});
  EXPECT_TRUE(vectorizer.isDense());
  EXPECT_EQ(vectorizer.features(), 2);
  EXPECT_EQ(namesOf(vectorizer), "good|bad");
  ASSERT_TRUE(rows.isDense);
  EXPECT_EQ(rows.sparse.width, 2);
  ASSERT_EQ(rows.dense.size(), 4u);
  EXPECT_FLOAT_EQ(rows.dense[0], 2.0f / 3);
  EXPECT_FLOAT_EQ(rows.dense[1], 2.0f / 3);
  EXPECT_EQ(rows.dense[2], 0);
  EXPECT_EQ(rows.dense[3], 0);
  VectorizerSettings settings = plain();
  settings.value = ValueKind::Binary;
  settings.normalization = Normalization::L2;
  const FeatureRows unit =
      learn(documents, settings, {.embeddings = &embeddings}).rows;
  EXPECT_FLOAT_EQ(unit.dense[0], 0.4472136f);
  EXPECT_FLOAT_EQ(unit.dense[1], 0.8944272f);
}

TEST(TextVectorizer, LearnsFromTheChosenRowsAlone) {
  const auto documents = documentsOf({"a b", "c c c", "b", "c"});
  MemorySource source(documents);
  VectorizerSettings settings = plain();
  settings.value = ValueKind::TfIdf;
  const auto counted = CountedDocuments::read(source, settings, 1);
  const std::vector<std::size_t> rest = {0, 2}, aside = {1, 3};
  const Vectorizer vectorizer = Vectorizer::fit(counted, settings, {}, 1, rest);
  EXPECT_EQ(namesOf(vectorizer), "a|b");
  const auto expected = learn(documentsOf({"a b", "b"}), settings).rows.sparse;
  const FeatureRows rows = vectorizer.transform(counted, 1, rest);
  EXPECT_EQ(rows.sparse.values, expected.values);
  EXPECT_EQ(rows.sparse.indices, expected.indices);
  const FeatureRows others = vectorizer.transform(counted, 1, aside);
  EXPECT_EQ(others.size(), 2u);
  EXPECT_EQ(others.sparse.indices.size(), 0u);
  EXPECT_EQ(others.dropped, 2);
  EXPECT_EQ(others.sparse.labels, (std::vector<double>{1, 1}));
}

TEST(TextVectorizer, NothingToLearnFrom) {
  EXPECT_NE(inputError([] { learn({}, plain()); }).find("expected texts"),
            std::string::npos);
  EXPECT_NE(inputError([] {
              learn(documentsOf({"", " "}), plain());
            }).find("no term of the texts is left"),
            std::string::npos);
}

TEST(TextVectorizer, ErrorsOfTheSourcePassThrough) {
  class Failing : public DocumentSource {
  public:
    bool next(Document &document) override {
      if (++count_ > 1000)
        throw InputError("reviews.csv:1001:1: a bad byte");
      document.text = "a text " + std::to_string(count_);
      return true;
    }

  private:
    int count_ = 0;
  };
  const Vectorizer vectorizer =
      learn(documentsOf({"a text"}), plain()).vectorizer;
  for (std::int64_t threads : {1, 4}) {
    Failing source;
    EXPECT_EQ(
        inputError([&] { CountedDocuments::read(source, plain(), threads); }),
        "reviews.csv:1001:1: a bad byte");
    Failing again;
    EXPECT_EQ(inputError([&] { vectorizer.transform(again, threads); }),
              "reviews.csv:1001:1: a bad byte");
  }
}
