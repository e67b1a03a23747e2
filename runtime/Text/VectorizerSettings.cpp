//===- VectorizerSettings.cpp - Which settings go together ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/VectorizerSettings.h"

#include "Error.h"

#include <fmt/core.h>

using namespace mlc::runtime;

static void expect(bool holds, const std::string &message) {
  if (!holds)
    throw UsageError(message);
}

static void checkLimit(const char *option,
                       const std::optional<DocumentLimit> &limit) {
  if (!limit)
    return;
  if (limit->isShare)
    expect(limit->amount >= 0 && limit->amount <= 1,
           fmt::format("{}: expected a share from 0 to 1, or a whole number "
                       "of documents from 1",
                       option));
  else
    expect(limit->amount >= 1,
           fmt::format("{}: expected a number of documents from 1", option));
}

void mlc::runtime::checkSettings(const VectorizerSettings &settings) {
  const TextSettings &text = settings.text;
  expect(!settings.maxFeatures || *settings.maxFeatures >= 1,
         "--max-features: expected a number from 1");
  checkLimit("--min-df", settings.minDocuments);
  checkLimit("--max-df", settings.maxDocuments);
  const int most = text.characters ? maxCharacterNgram : maxNgram;
  expect(text.ngramLeast >= 1 && text.ngramLeast <= text.ngramMost &&
             text.ngramMost <= most,
         fmt::format("{}: expected a range such as 1..2, from 1 to {}",
                     text.characters ? "--char-ngrams" : "--ngrams", most));
  expect(!text.tokenizer.minLength || *text.tokenizer.minLength >= 1,
         "--min-length: expected a number from 1");
  if (!text.hashBits) {
    expect(!text.signedHash, "--signed: goes with --hash-bits");
    return;
  }
  expect(
      *text.hashBits >= 1 && *text.hashBits <= maxHashBits,
      fmt::format("--hash-bits: expected a number from 1 to {}", maxHashBits));
  expect(settings.value != ValueKind::TfIdf ||
             *text.hashBits <= maxTfidfHashBits,
         fmt::format("--hash-bits: expected a number up to {} for tfidf, which "
                     "counts the documents of each column",
                     maxTfidfHashBits));
  expect(!settings.picksFeatures(),
         "--hash-bits: hashed features have no names to choose from; leave out "
         "--max-features, --min-df and --max-df");
}
