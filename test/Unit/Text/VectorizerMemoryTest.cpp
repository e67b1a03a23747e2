//===- VectorizerMemoryTest.cpp - Memory that vectorizers in files take ---===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/SafetensorsHeader.h"
#include "Text/FeatureRows.h"
#include "Text/Vectorizer.h"

#include "Support/Files.h"
#include "Support/PeakMemory.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {

struct Part {
  std::string name;
  ElementType type;
  std::vector<std::int64_t> shape;
  std::string bytes;
};

Part textPart(const std::string &name, std::string text) {
  const auto size = static_cast<std::int64_t>(text.size());
  return {name, ElementType::U8, {size}, std::move(text)};
}

/// A file of these parts, wider types first. `settings` is the vectorizer's
/// JSON without the outer braces and what every one has.
std::string fileOf(const std::string &settings,
                   const std::vector<Part> &parts) {
  SafetensorsHeader header;
  header.metadata = {
      {"format", "mlc.dataset"},
      {"version", "1"},
      {"vectorizer", R"({"value":"count","normalize":"none","labels":"binary",)"
                     R"("documents":1,)" +
                         settings + "}"}};
  std::string data;
  for (const Part &part : parts) {
    const std::size_t begin = data.size();
    data += part.bytes;
    header.tensors.push_back(
        {part.name, part.type, part.shape, begin, data.size()});
  }
  std::string text = printSafetensorsHeader(header);
  text.append((8 - text.size() % 8) % 8, ' ');
  return withLength(text) + data;
}

/// Of a vectorizer of texts, up to where its words are told.
const std::string ofTexts =
    R"("kind":"text","tokenizer":"words","ngrams":[1,1])";

/// Loads it and makes a row of a text.
void load(const std::string &path) {
  const SafetensorsFile file(path);
  const Vectorizer vectorizer = Vectorizer::load(file);
  if (!vectorizer.isText()) {
    SparseRows rows;
    rows.width = vectorizer.features();
    rows.indices = {0};
    rows.values = {1};
    rows.endRow(0);
    vectorizer.transform(rows);
    return;
  }
  Vectorizer::Session session(vectorizer);
  FeatureRows rows = session.emptyRows();
  session.transform("a b c d", 0, rows);
}

const MemoryInput inputs[] = {
    {"Words",
     [](std::size_t bytes) {
       return fileOf(ofTexts, {textPart("vocabulary", words("", "\n", bytes))});
     },
     load, 32},
    {"WordVectors",
     [](std::size_t bytes) {
       std::string text = words("", "\n", bytes);
       const auto count = std::ranges::count(text, '\n');
       std::string vectors(static_cast<std::size_t>(4 * count), '\0');
       return fileOf(ofTexts + R"(,"dimensions":1)",
                     {{"vectorizer.embeddings",
                       ElementType::F32,
                       {count, 1},
                       std::move(vectors)},
                      textPart("vocabulary", std::move(text))});
     },
     load, 16},
    {"StopWords",
     [](std::size_t bytes) {
       return fileOf(ofTexts,
                     {textPart("vectorizer.stop_words", words("", "\n", bytes)),
                      textPart("vocabulary", "a\n")});
     },
     load, 40},
    {"StopWordsOfALetter",
     [](std::size_t bytes) {
       return fileOf(ofTexts,
                     {textPart("vectorizer.stop_words", repeat("a\n", bytes)),
                      textPart("vocabulary", "a\n")});
     },
     load, 40},
    {"WordsOfATokenizer",
     [](std::size_t bytes) {
       return fileOf(R"("kind":"text","tokenizer":"imdb","ngrams":[1,1])",
                     {textPart("vectorizer.tokenizer", words("", "\n", bytes)),
                      textPart("vocabulary", "a\n")});
     },
     load, 4},
    {"Numbers",
     [](std::size_t bytes) {
       return fileOf(ofTexts + R"(,"x":[)" + repeat("1,", bytes).append("1]"),
                     {textPart("vocabulary", "a\n")});
     },
     load, 40},
    {"Columns",
     [](std::size_t bytes) {
       std::vector<std::int32_t> columns(bytes / 4);
       std::ranges::generate(columns, [next = 0]() mutable { return next++; });
       std::string data(reinterpret_cast<const char *>(columns.data()),
                        4 * columns.size());
       return fileOf(R"("kind":"libsvm","input_features":2147483647)",
                     {{"vectorizer.columns",
                       ElementType::I32,
                       {std::ssize(columns)},
                       std::move(data)}});
     },
     load, 16},
    {"ThatSaysItIsWider",
     [](std::size_t bytes) {
       return fileOf(R"("kind":"libsvm","input_features":2147483647)" +
                         std::string(bytes, ' '),
                     {});
     },
     load, 4},
    {"ThatSaysItHashesWider",
     [](std::size_t bytes) {
       return fileOf(ofTexts + R"(,"hash_bits":30)" + std::string(bytes, ' '),
                     {});
     },
     load, 4},
};

class VectorizerMemoryTest : public testing::TestWithParam<MemoryInput> {};

TEST_P(VectorizerMemoryTest, FollowsTheInput) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  const TemporaryFolder folder;
  // What is refused at once would show nothing.
  writeFile(folder / "input", GetParam().make(64));
  EXPECT_NO_THROW(GetParam().read(folder / "input"));
  expectMemoryFollows(GetParam(), folder / "input");
}

INSTANTIATE_TEST_SUITE_P(Inputs, VectorizerMemoryTest,
                         testing::ValuesIn(inputs),
                         [](const auto &info) { return info.param.name; });

} // namespace
