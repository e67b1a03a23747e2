//===- LearnedFeatures.cpp - What a vectorizer has learned ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/LearnedFeatures.h"

using namespace mlc::runtime;

void LearnedFeatures::finish() {
  weighting =
      Weighting(settings.value,
                dimensions > 0 ? Normalization::None : settings.normalization,
                documents, documentFrequencies);
}

const TextLookup &LearnedFeatures::lookup() const {
  std::call_once(once_, [this] {
    auto made = std::make_unique<TextLookup>(
        TextLookup{TextAnalysis(settings.text), {}, {}});
    std::vector<std::string_view> lines;
    forEachLine(vocabulary,
                [&](std::string_view line) { lines.push_back(line); });
    const std::vector<std::uint32_t> terms =
        internVocabulary(lines, settings.text, made->table);
    made->columnOf.assign(made->table.size(), -1);
    for (std::size_t at = 0; at < terms.size(); ++at)
      made->columnOf[terms[at]] = static_cast<std::int32_t>(at);
    lookup_ = std::move(made);
  });
  return *lookup_;
}
