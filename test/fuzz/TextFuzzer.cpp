//===- TextFuzzer.cpp - From texts to rows --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Vectorizer.h"

#include "Error.h"

#include <cstdlib>
#include <string_view>
#include <vector>

using namespace mlc::runtime;

namespace {
/// A text a line, labels 0 and 1 in turn.
class Lines : public DocumentSource {
public:
  explicit Lines(std::string_view text) : rest_(text) {}
  bool next(Document &document) override {
    if (rest_.empty())
      return false;
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
    document.text = line;
    document.label = count_++ % 2;
    return true;
  }

private:
  std::string_view rest_;
  int count_ = 0;
};
} // namespace

static VectorizerSettings settingsOf(std::uint8_t choice) {
  VectorizerSettings settings;
  TextSettings &text = settings.text;
  text.tokenizer.kind = static_cast<TokenizerKind>(choice % 4);
  if (choice & 4)
    text.ngramMost = 2;
  if (choice & 8)
    text.characters = true;
  if (choice & 16)
    text.hashBits = 10;
  else if (choice & 32)
    settings.maxFeatures = 5;
  settings.value = choice & 64 ? ValueKind::TfIdf : ValueKind::Count;
  settings.normalization =
      choice & 128 ? Normalization::L2 : Normalization::None;
  return settings;
}

/// The first byte chooses settings, the rest are texts. A row is the same bits
/// on one way and the other: from the collection, and text by text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const VectorizerSettings settings = settingsOf(data[0]);
  const std::string_view text(reinterpret_cast<const char *>(data) + 1,
                              size - 1);
  try {
    Lines source(text), again(text);
    const CountedDocuments counted =
        CountedDocuments::read(source, settings, 1);
    const Vectorizer vectorizer = Vectorizer::fit(counted, settings, {}, 1);
    const FeatureRows rows = vectorizer.transform(counted, 1);
    Vectorizer::Session session(vectorizer);
    FeatureRows single;
    for (Document document; again.next(document);)
      session.transform(document.text, document.label, single);
    if (single.sparse.indptr != rows.sparse.indptr ||
        single.sparse.indices != rows.sparse.indices ||
        single.sparse.values != rows.sparse.values)
      std::abort();
  } catch (const InputError &) {
    // No text, or none with a feature.
  }
  return 0;
}
