//===- SameBytesTest.cpp - The same bytes, whoever makes them -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Support.h"
#include "Support/Files.h"
#include "System/AtomicFile.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

using namespace mlc::runtime;
using namespace mlc::test;

/// Texts of Zipf-like words, enough for many batches.
static std::vector<Document> manyDocuments(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Document> documents;
  for (int at = 0; at < 1500; ++at) {
    Document document;
    for (unsigned length = random() % 80; length > 0; --length) {
      const unsigned range = 1 + random() % 400;
      document.text += fmt::format("w{}é ", random() % range);
    }
    document.label = random() % 2;
    documents.push_back(std::move(document));
  }
  return documents;
}

/// All that can be asked of a vectorizer, in a file.
static std::string fileOf(const Vectorizer &vectorizer,
                          const FeatureRows &rows) {
  SafetensorsContents contents;
  contents.metadata = {{"format", "mlc.dataset"}, {"version", "1"}};
  auto add = [&](const char *name, ElementType type, const auto &elements) {
    contents.tensors.push_back({name,
                                type,
                                {std::int64_t(elements.size())},
                                std::as_bytes(std::span(elements))});
  };
  add("indptr", ElementType::I64, rows.sparse.indptr);
  add("indices", ElementType::I32, rows.sparse.indices);
  add("values", ElementType::F32, rows.sparse.values);
  add("dense", ElementType::F32, rows.dense);
  vectorizer.store(contents);
  const TemporaryFolder folder;
  writeSafetensors(folder / "file", contents);
  return readFile(folder / "file");
}

namespace {
struct Case {
  const char *name;
  VectorizerSettings settings;
};
} // namespace

static std::vector<Case> cases() {
  std::vector<Case> cases;
  auto add = [&](const char *name, auto change) {
    VectorizerSettings settings = plain(1, 2);
    change(settings);
    cases.push_back({name, settings});
  };
  add("counts", [](auto &) {});
  add("trigrams", [](auto &settings) {
    settings.text.ngramLeast = 2;
    settings.text.ngramMost = 3;
    settings.minDocuments = DocumentLimit{2, false};
    settings.value = ValueKind::Log;
  });
  add("characters", [](auto &settings) {
    settings.text.characters = true;
    settings.text.ngramMost = 4;
    settings.maxFeatures = 300;
    settings.selection = Selection::Chi2;
  });
  add("linear", [](auto &settings) {
    settings.maxFeatures = 100;
    settings.selection = Selection::Linear;
    settings.value = ValueKind::TfIdf;
    settings.normalization = Normalization::L2;
  });
  add("hashed", [](auto &settings) {
    settings.text.hashBits = 10;
    settings.text.signedHash = true;
    settings.value = ValueKind::TfIdf;
    settings.normalization = Normalization::L2;
  });
  add("stop words", [](auto &settings) {
    settings.text.tokenizer = {.kind = TokenizerKind::Words, .minLength = 3};
    settings.text.stopWords = {"w1é", "w2é"};
    settings.value = ValueKind::Binary;
  });
  add("imdb", [](auto &settings) {
    settings.text.tokenizer = {.kind = TokenizerKind::Imdb,
                               .vocabulary = "!\nw1é\n"};
  });
  return cases;
}

TEST(SameBytes, ForAnyNumberOfThreads) {
  const std::vector<Document> documents = manyDocuments(1);
  for (const Case &one : cases()) {
    const auto [vectorizer, rows] = learn(documents, one.settings);
    const std::string expected = fileOf(vectorizer, rows);
    EXPECT_GT(rows.sparse.indices.size(), 1000u) << one.name;
    for (std::int64_t threads : {2, 3, 8}) {
      const auto [another, others] =
          learn(documents, one.settings, {}, threads);
      EXPECT_TRUE(fileOf(another, others) == expected)
          << one.name << ", threads: " << threads;
    }
  }
}

TEST(SameBytes, ForTextsThatAreNotCountedFirst) {
  const std::vector<Document> documents = manyDocuments(1);
  const std::vector<Document> unseen = manyDocuments(2);
  for (const Case &one : cases()) {
    const auto [vectorizer, rows] = learn(documents, one.settings);
    const std::string expected = fileOf(vectorizer, rows);
    MemorySource source(documents);
    EXPECT_TRUE(fileOf(vectorizer, vectorizer.transform(source, 2)) == expected)
        << one.name;
    // Other texts, counted and not, and one at a time.
    MemorySource counting(unseen), reading(unseen);
    const auto counted = CountedDocuments::read(counting, one.settings, 2);
    const FeatureRows there = vectorizer.transform(reading, 2);
    EXPECT_TRUE(fileOf(vectorizer, vectorizer.transform(counted, 2)) ==
                fileOf(vectorizer, there))
        << one.name;
    Vectorizer::Session session(vectorizer);
    FeatureRows single = session.emptyRows();
    for (const Document &document : unseen)
      session.transform(document.text, document.label, single);
    EXPECT_TRUE(fileOf(vectorizer, single) == fileOf(vectorizer, there))
        << one.name;
    EXPECT_EQ(single.dropped, there.dropped);
    // Known where all terms have been told apart, or each is a feature.
    const bool isHashed = one.settings.text.hashBits.has_value();
    EXPECT_EQ(there.dropped.has_value(), isHashed) << one.name;
    EXPECT_TRUE(rows.dropped.has_value()) << one.name;
  }
}

TEST(SameBytes, FromAFile) {
  const std::vector<Document> documents = manyDocuments(1);
  for (const Case &one : cases()) {
    const auto [vectorizer, rows] = learn(documents, one.settings);
    const std::string expected = fileOf(vectorizer, rows);
    const TemporaryFolder folder;
    writeFile(folder / "file", expected);
    const Vectorizer loaded =
        Vectorizer::load(SafetensorsFile(folder / "file"));
    EXPECT_TRUE(loaded.isText());
    EXPECT_EQ(loaded.features(), vectorizer.features());
    MemorySource source(documents);
    EXPECT_TRUE(fileOf(loaded, loaded.transform(source, 2)) == expected)
        << one.name;
  }
}

TEST(SameBytes, OfEmbeddings) {
  Embeddings embeddings{{}, 3, {}};
  for (int word = 0; word < 50; ++word) {
    embeddings.words.push_back(fmt::format("w{}é", word));
    for (int at = 0; at < 3; ++at)
      embeddings.vectors.push_back(float(word * (at + 1) % 7) / 3);
  }
  VectorizerSettings settings = plain();
  settings.value = ValueKind::TfIdf;
  const std::vector<Document> documents = manyDocuments(1);
  const GivenTerms given = {.embeddings = &embeddings};
  const auto [vectorizer, rows] = learn(documents, settings, given);
  const std::string expected = fileOf(vectorizer, rows);
  const auto [another, others] = learn(documents, settings, given, 4);
  EXPECT_TRUE(fileOf(another, others) == expected);
  const TemporaryFolder folder;
  writeFile(folder / "file", expected);
  const Vectorizer loaded = Vectorizer::load(SafetensorsFile(folder / "file"));
  MemorySource source(documents);
  EXPECT_TRUE(fileOf(loaded, loaded.transform(source, 2)) == expected);
}
