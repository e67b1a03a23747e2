//===- EmojiCount.h - Counts what a tokenizer drops -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_EMOJICOUNT_H
#define MLC_RUNTIME_IMPORT_EMOJICOUNT_H

#include "Text/Document.h"
#include "Text/Tokenizer.h"
#include "Text/Unicode.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Passes documents on and counts their emoji, where the tokenizer makes no
/// tokens of them.
class EmojiCount : public DocumentSource {
public:
  EmojiCount(DocumentSource &source, const TokenizerSettings &tokenizer)
      : source_(source), isCounted_(dropsEmoji(tokenizer)) {}

  bool next(Document &document) override {
    if (!source_.next(document))
      return false;
    if (isCounted_)
      counts_.push_back(emojiIn(document.text));
    return true;
  }

  /// Of each document that was passed on; empty where the tokenizer makes
  /// tokens of emoji.
  const std::vector<std::uint32_t> &counts() const { return counts_; }

private:
  static bool dropsEmoji(const TokenizerSettings &tokenizer) {
    return tokenizer.kind == TokenizerKind::Imdb ||
           tokenizer.kind == TokenizerKind::ScikitLearn ||
           (tokenizer.kind == TokenizerKind::Words &&
            tokenizer.version == oldTokenizer);
  }

  static std::uint32_t emojiIn(std::string_view text) {
    std::uint32_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
      // Of U+2000 to U+3FFF, and of what lies beyond the first 65,536.
      const auto lead = static_cast<unsigned char>(text[at]);
      if (lead == 0xE2 || lead == 0xE3 || lead >= 0xF0)
        count += isEmoji(decodeUtf8(text, at));
      else
        ++at;
    }
    return count;
  }

  DocumentSource &source_;
  bool isCounted_;
  std::vector<std::uint32_t> counts_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_EMOJICOUNT_H
