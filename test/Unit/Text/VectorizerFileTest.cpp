//===- VectorizerFileTest.cpp - Vectorizers in files that were spoilt -----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Support.h"
#include "Support/Files.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
class VectorizerFile : public testing::Test {
protected:
  /// Stores a vectorizer with all that one can have, after `spoil` has changed
  /// it, and returns the error of loading it; nothing if it loads.
  std::string load(const std::function<void(SafetensorsContents &)> &spoil) {
    VectorizerSettings settings = plain(1, 2);
    settings.value = ValueKind::TfIdf;
    settings.text.stopWords = {"the"};
    const Learned learned =
        learn(documentsOf({"the good film", "bad"}), settings);
    SafetensorsContents contents;
    contents.metadata = {{"format", "mlc.weights"}, {"version", "1"}};
    learned.vectorizer.store(contents);
    spoil(contents);
    writeSafetensors(folder_ / "file", contents);
    return errorOf(
        [&] { Vectorizer::load(SafetensorsFile(folder_ / "file")); });
  }

  std::string loadWith(const std::string &json) {
    return load([&](SafetensorsContents &contents) {
      contents.metadata["vectorizer"] = json;
    });
  }

  static std::string errorOf(const std::function<void()> &action) {
    try {
      action();
    } catch (const InputError &error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};
} // namespace

TEST_F(VectorizerFile, WhatWasStoredLoads) {
  EXPECT_EQ(load([](auto &) {}), "");
  EXPECT_NE(load([](auto &contents) {
              contents.metadata["format"] = "other";
            }).find("other"),
            std::string::npos);
  EXPECT_NE(load([](auto &contents) {
              contents.metadata.erase("format");
            }).find("names no format"),
            std::string::npos);
}

TEST_F(VectorizerFile, NumbersComeBackAsTheyWere) {
  for (const double limit : {7.0, 6.5, 1e300}) {
    VectorizerSettings settings = plain();
    settings.labels.positiveFrom = limit;
    SafetensorsContents contents;
    contents.metadata = {{"format", "mlc.weights"}, {"version", "1"}};
    const Learned learned = learn(documentsOf({"good", "bad"}), settings);
    learned.vectorizer.store(contents);
    writeSafetensors(folder_ / "file", contents);
    const Vectorizer loaded =
        Vectorizer::load(SafetensorsFile(folder_ / "file"));
    EXPECT_EQ(loaded.settings().labels.positiveFrom, limit);
  }
}

TEST_F(VectorizerFile, BrokenDescriptions) {
  const std::string common = R"({"kind":"text","value":"count",)"
                             R"("normalize":"none","labels":"binary",)"
                             R"("documents":2)";
  auto expectError = [&](const std::string &more, const std::string &message) {
    const std::string error = loadWith(common + more + "}");
    EXPECT_NE(error.find(message), std::string::npos) << more << "\n" << error;
    EXPECT_NE(error.find("make the training set again"), std::string::npos);
  };
  EXPECT_EQ(loadWith(common + R"(,"tokenizer":"words","ngrams":[1,2]})"), "");
  expectError("", "has no text \"tokenizer\"");
  expectError(R"(,"tokenizer":"x")", "unknown \"tokenizer\" \"x\"");
  const std::string words = R"(,"tokenizer":"words")";
  expectError(words, "has no rising range");
  for (const char *range : {"[1]", "[2,1]", "[0,1]", "[1,4]", "1", "[1.5,2]",
                            "[1,9223372036854775807]", "\"1..2\""})
    expectError(words + R"(,"ngrams":)" + range, "has no rising range");
  const std::string ngrams = words + R"(,"ngrams":[1,1])";
  expectError(ngrams + R"(,"characters":1)", "neither true nor false");
  EXPECT_EQ(loadWith(common + ngrams + R"(,"characters":false})"), "");
  expectError(ngrams + R"(,"hash_bits":31)", "more than 30 \"hash_bits\"");
  expectError(ngrams + R"(,"hash_bits":-1)", "no whole number \"hash_bits\"");
  expectError(ngrams + R"(,"min_length":0)", "no whole number \"min_length\"");
  expectError(ngrams + R"(,"dimensions":0)", "no whole number \"dimensions\"");
}

TEST_F(VectorizerFile, BrokenLabels) {
  const std::string common =
      R"({"kind":"text","value":"count","normalize":"none","documents":2,)"
      R"("tokenizer":"words","ngrams":[1,1],)";
  EXPECT_EQ(loadWith(common + R"("labels":"stars","scores":[1,2.5,1e300]})"),
            "");
  for (const char *scores :
       {"", R"(,"scores":1)", R"(,"scores":[])", R"(,"scores":[1,"x"])",
        R"(,"scores":[2,1])", R"(,"scores":[1,1])"}) {
    const std::string error =
        loadWith(common + R"("labels":"stars")" + scores + "}");
    EXPECT_NE(error.find("has no rising list of numbers \"scores\""),
              std::string::npos)
        << scores << "\n"
        << error;
  }
  EXPECT_EQ(loadWith(common + R"("labels":"binary","positive_from":7})"), "");
  EXPECT_NE(loadWith(common + R"("labels":"binary","positive_from":"7"})")
                .find("\"positive_from\" that is not a number"),
            std::string::npos);
  EXPECT_NE(loadWith(common + R"("labels":"binary","positive_from":1e999})"),
            "");
  EXPECT_NE(loadWith(common + R"("labels":1})").find("no text \"labels\""),
            std::string::npos);
  EXPECT_NE(loadWith(R"({"kind":"text","value":"count","normalize":"none",)"
                     R"("labels":"binary"})")
                .find("no whole number \"documents\""),
            std::string::npos);
  EXPECT_NE(loadWith(R"({"kind":"text","value":"count","normalize":"none",)"
                     R"("labels":"binary","documents":"2"})")
                .find("no whole number \"documents\""),
            std::string::npos);
}

TEST_F(VectorizerFile, BrokenVectors) {
  const std::string common =
      R"({"kind":"text","value":"count","normalize":"none","documents":2,)"
      R"("tokenizer":"words","labels":"binary","ngrams":[1,1],"dimensions":2})";
  std::vector<float> numbers(64, 0.5f);
  auto loadVectors = [&](std::int64_t rows, std::int64_t columns) {
    return load([&](SafetensorsContents &contents) {
      contents.metadata["vectorizer"] = common;
      contents.tensors.push_back(
          {"vectorizer.embeddings",
           ElementType::F32,
           {rows, columns},
           std::as_bytes(std::span(numbers).first(
               static_cast<std::size_t>(rows * columns)))});
    });
  };
  // As many as the vocabulary has words.
  std::int64_t words = 1;
  while (words < 9 && !loadVectors(words, 2).empty())
    ++words;
  ASSERT_LT(words, 9);
  EXPECT_NE(loadVectors(words, 3).find("has not one vector for each word"),
            std::string::npos);
  numbers[1] = NAN;
  EXPECT_NE(loadVectors(words, 2).find("has a vector that is not finite"),
            std::string::npos);
}

/// Words that LIBSVM text was given, of which one is missing.
TEST_F(VectorizerFile, WordsOfCounts) {
  const std::string description =
      R"({"kind":"libsvm","value":"count","normalize":"none","documents":2,)"
      R"("labels":"binary","input_features":99})";
  EXPECT_NE(loadWith(description).find("has not one word for each feature"),
            std::string::npos);
  EXPECT_EQ(load([&](SafetensorsContents &contents) {
              contents.metadata["vectorizer"] = description;
              std::erase_if(contents.tensors, [](const TensorView &tensor) {
                return tensor.name == "vocabulary";
              });
            }),
            "");
}

TEST_F(VectorizerFile, BrokenTensors) {
  static const std::string open = "a\nb", few = "a\n", empty = "a\n\n", none;
  auto replace = [](const char *name, const std::string &text) {
    return [=, &text](SafetensorsContents &contents) {
      for (TensorView &tensor : contents.tensors)
        if (tensor.name == name) {
          tensor.shape = {static_cast<std::int64_t>(text.size())};
          tensor.bytes = std::as_bytes(std::span(text));
        }
    };
  };
  EXPECT_NE(load(replace("vocabulary", open)).find("line without an end"),
            std::string::npos);
  EXPECT_NE(
      load(replace("vectorizer.stop_words", open)).find("line without an end"),
      std::string::npos);
  EXPECT_NE(load(replace("vectorizer.stop_words", empty))
                .find("has a stop word without a letter"),
            std::string::npos);
  EXPECT_EQ(load(replace("vectorizer.stop_words", none)), "");
  std::string many;
  for (int word = 0; word < 1000; ++word)
    many += std::to_string(1000 + word) + "\n";
  for (const std::string &words : {few, many})
    EXPECT_NE(load(replace("vocabulary", words))
                  .find("not one document frequency for each feature"),
              std::string::npos);
  EXPECT_NE(load([](SafetensorsContents &contents) {
              std::erase_if(contents.tensors, [](const TensorView &tensor) {
                return tensor.name == "vocabulary";
              });
            }).find("has no vocabulary"),
            std::string::npos);
}

TEST(VectorizerSettings, MustGoTogether) {
  auto expectRefused = [](auto change, const std::string &option) {
    VectorizerSettings settings;
    change(settings);
    try {
      checkSettings(settings);
      ADD_FAILURE() << option << " is not refused";
    } catch (const UsageError &error) {
      EXPECT_EQ(std::string(error.what()).rfind(option, 0), 0u) << error.what();
    }
  };
  EXPECT_NO_THROW(checkSettings({}));
  using Settings = VectorizerSettings;
  expectRefused([](Settings &s) { s.maxFeatures = 0; }, "--max-features");
  expectRefused([](Settings &s) { s.minDocuments = DocumentLimit{0, false}; },
                "--min-df");
  expectRefused([](Settings &s) { s.maxDocuments = DocumentLimit{1.5, true}; },
                "--max-df");
  expectRefused([](Settings &s) { s.text.ngramMost = 4; }, "--ngrams");
  expectRefused([](Settings &s) { s.text.ngramLeast = 2; }, "--ngrams");
  expectRefused(
      [](Settings &s) {
        s.text.characters = true;
        s.text.ngramMost = 17;
      },
      "--char-ngrams");
  expectRefused([](Settings &s) { s.text.tokenizer.minLength = 0; },
                "--min-length");
  expectRefused([](Settings &s) { s.text.hashBits = 31; }, "--hash-bits");
  expectRefused(
      [](Settings &s) {
        s.text.hashBits = 25;
        s.value = ValueKind::TfIdf;
      },
      "--hash-bits");
  expectRefused([](Settings &s) { s.text.signedHash = true; }, "--signed");
  expectRefused(
      [](Settings &s) {
        s.text.hashBits = 10;
        s.maxFeatures = 10;
      },
      "--hash-bits");
}
