//===- Support.h - What the tests of texts share ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_TEXT_SUPPORT_H
#define MLC_TEST_UNIT_TEXT_SUPPORT_H

#include "Imdb.h"
#include "Text/Vectorizer.h"

#include <string>
#include <vector>

namespace mlc::test {

/// Texts with labels 0, 1, 0, 1, ...
std::vector<runtime::Document>
documentsOf(const std::vector<std::string> &texts);

/// A vectorizer and the rows that it makes of what it has learned from.
struct Learned {
  runtime::Vectorizer vectorizer;
  runtime::FeatureRows rows;
};
Learned learn(const std::vector<runtime::Document> &documents,
              const runtime::VectorizerSettings &settings,
              const runtime::GivenTerms &given = {}, std::int64_t threads = 1);

/// The names of the features, with `|` between them.
std::string namesOf(const runtime::Vectorizer &vectorizer);

/// A row as `column:value` with spaces between.
std::string rowOf(const runtime::FeatureRows &rows, std::size_t row);

/// Settings with the whitespace tokenizer and n-grams of these lengths.
runtime::VectorizerSettings plain(int least = 1, int most = 1);

} // namespace mlc::test

#endif // MLC_TEST_UNIT_TEXT_SUPPORT_H
