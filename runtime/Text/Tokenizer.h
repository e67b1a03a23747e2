//===- Tokenizer.h - Text in, tokens out ------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TOKENIZER_H
#define MLC_RUNTIME_TEXT_TOKENIZER_H

#include "Text/PlacedToken.h"
#include "Text/TokenBuffer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mlc::runtime {

class TokenizerRules;

/// How a text is cut into tokens. No token is empty or holds white space.
enum class TokenizerKind {
  /// As the IMDB Large Movie Review Dataset counts words: references `&#N;`
  /// replaced, lower case, tags and `'s` removed, `!` and `?` words of their
  /// own, runs of `-` and punctuation between words are spaces; of what is
  /// neither in the vocabulary nor an emoticon, only from the first to the last
  /// letter or digit. Gives the release's labeledBow.feat byte for byte, with
  /// its imdb.vocab as `vocabulary`. Rules: runtime/Text/README.md.
  Imdb,
  /// HTML tags removed, HTML character references replaced, NFKC, case
  /// folded; runs of letters, marks and numbers, which may be joined by single
  /// apostrophes; an ideograph, hiragana or emoji is a word of its own. Of an
  /// emoji, skin tone and joiners are left out; two letters of a flag are one.
  Words,
  /// As scikit-learn's CountVectorizer by default: lower case, runs of
  /// letters, numbers and `_`, those of two characters and more.
  ScikitLearn,
  /// Lower case, split at Unicode white space and at U+200B.
  Whitespace,
};

/// As options and files spell them.
constexpr std::pair<const char *, TokenizerKind> tokenizerNames[] = {
    {"imdb", TokenizerKind::Imdb},
    {"words", TokenizerKind::Words},
    {"scikit-learn", TokenizerKind::ScikitLearn},
    {"whitespace", TokenizerKind::Whitespace},
};

/// What tokens were before emoji were among them and U+200B stood between
/// them, in data sets and weights that say no version; and what they are now.
constexpr int oldTokenizer = 1, currentTokenizer = 2;

struct TokenizerSettings {
  TokenizerKind kind = TokenizerKind::Words;
  /// Tokens of fewer code points are dropped. If not given, 2 for ScikitLearn
  /// and 1 for the others.
  std::optional<std::int64_t> minLength = {};
  /// Imdb: the words that are not stripped, a LF after each. May be empty.
  std::string vocabulary = {};
  int version = currentTokenizer;
};

/// Cuts texts into tokens. Immutable, so threads can share one.
class Tokenizer {
public:
  explicit Tokenizer(const TokenizerSettings &settings);
  Tokenizer(Tokenizer &&) noexcept;
  Tokenizer &operator=(Tokenizer &&) noexcept;
  ~Tokenizer();

  /// Replaces what `tokens` holds by the tokens of `text`, in order. Bytes that
  /// are not UTF-8 count as U+FFFD. Allocates only to make `tokens` larger than
  /// it ever was.
  void tokenize(std::string_view text, TokenBuffer &tokens) const;

  /// The same tokens with their places in the text. Slower: for explanations.
  std::vector<PlacedToken> place(std::string_view text) const;

private:
  std::unique_ptr<const TokenizerRules> rules_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TOKENIZER_H
