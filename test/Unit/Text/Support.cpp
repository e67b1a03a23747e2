//===- Support.cpp - What the tests of texts share ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support.h"

#include "Text/TermTable.h"

#include <fmt/format.h>

using namespace mlc::runtime;

std::vector<Document>
mlc::test::documentsOf(const std::vector<std::string> &texts) {
  std::vector<Document> documents;
  for (const std::string &text : texts)
    documents.push_back({text, static_cast<double>(documents.size() % 2)});
  return documents;
}

mlc::test::Learned mlc::test::learn(const std::vector<Document> &documents,
                                    const VectorizerSettings &settings,
                                    const GivenTerms &given,
                                    std::int64_t threads) {
  MemorySource source(documents);
  const auto counted = CountedDocuments::read(source, settings, threads);
  Vectorizer vectorizer = Vectorizer::fit(counted, settings, given, threads);
  FeatureRows rows = vectorizer.transform(counted, threads);
  return {std::move(vectorizer), std::move(rows)};
}

std::string mlc::test::namesOf(const Vectorizer &vectorizer) {
  std::string names;
  forEachLine(vectorizer.vocabulary(), [&](std::string_view name) {
    names.append(names.empty() ? "" : "|").append(name);
  });
  return names;
}

std::string mlc::test::rowOf(const FeatureRows &rows, std::size_t row) {
  std::string text;
  const auto indices = rows.sparse.indicesOf(row);
  const auto values = rows.sparse.valuesOf(row);
  for (std::size_t at = 0; at < indices.size(); ++at)
    fmt::format_to(std::back_inserter(text), "{}{}:{:.6g}", at ? " " : "",
                   indices[at], values[at]);
  return text;
}

VectorizerSettings mlc::test::plain(int least, int most) {
  VectorizerSettings settings;
  settings.text.tokenizer.kind = TokenizerKind::Whitespace;
  settings.text.ngramLeast = least;
  settings.text.ngramMost = most;
  return settings;
}
