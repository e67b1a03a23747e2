//===- VectorizerCut.cpp - A vectoriser of fewer features -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Vectorizer.h"

#include "Error.h"
#include "Text/LearnedFeatures.h"

#include <fmt/core.h>
#include <string_view>

using namespace mlc::runtime;

Vectorizer Vectorizer::withFeatures(std::span<const std::int32_t> kept) const {
  if (learned_->settings.text.hashBits || learned_->dimensions > 0)
    throw InputError(fmt::format(
        "its features are {}, of which none can be left out",
        learned_->dimensions > 0 ? "dimensions of embeddings" : "hashes"));
  Vectorizer result;
  LearnedFeatures &cut = *result.learned_;
  cut.settings = learned_->settings;
  cut.isText = learned_->isText;
  cut.inputFeatures = learned_->inputFeatures;
  cut.columnCount = std::ssize(kept);
  cut.documents = learned_->documents;
  cut.stopWords = learned_->stopWords;
  const auto pick = [&](const std::vector<std::int32_t> &from) {
    std::vector<std::int32_t> picked;
    for (std::int32_t column : kept)
      picked.push_back(from[static_cast<std::size_t>(column)]);
    return picked;
  };
  if (!learned_->isText)
    cut.columns = learned_->columns.empty()
                      ? std::vector<std::int32_t>(kept.begin(), kept.end())
                      : pick(learned_->columns);
  if (!learned_->documentFrequencies.empty())
    cut.documentFrequencies = pick(learned_->documentFrequencies);
  if (!learned_->vocabulary.empty()) {
    std::size_t next = 0;
    std::int32_t column = 0;
    forEachLine(learned_->vocabulary, [&](std::string_view line) {
      if (next < kept.size() && kept[next] == column++) {
        cut.vocabulary.append(line) += '\n';
        ++next;
      }
    });
  }
  cut.finish();
  return result;
}
