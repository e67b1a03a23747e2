//===- Tokenizer.cpp - Text in, tokens out --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Tokenizer.h"

#include "Text/TokenizerRules.h"

using namespace mlc::runtime;

namespace {
/// Lower case, then the runs of what `isInside` takes. `Inside` has a member
/// for the classes of ASCII characters and one for other code points.
template <typename Inside>
class RunRules : public TokenizerRules {
public:
  using TokenizerRules::TokenizerRules;

  void tokenize(std::string_view text, TokenBuffer &tokens) const override {
    std::string &lower = tokens.scratch.lower;
    lowerCase(text, lower);
    const std::string_view view = lower;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < view.size();) {
      const std::size_t start = at;
      const std::uint8_t mark = classOf(view[at]);
      bool isInside = Inside::takesClass(mark);
      if (mark == notAscii)
        isInside = Inside::takes(decodeUtf8(view, at));
      else
        ++at;
      if (isInside)
        continue;
      if (start > begin)
        push(tokens, view.substr(begin, start - begin));
      begin = at;
    }
    if (view.size() > begin)
      push(tokens, view.substr(begin));
  }
};

struct NoSpace {
  static bool takesClass(std::uint8_t mark) { return mark != asciiSpace; }
  static bool takes(std::int32_t codePoint) { return !isWhiteSpace(codePoint); }
};

/// `\w` of Python's regular expressions.
struct WordCharacter {
  static bool takesClass(std::uint8_t mark) {
    return mark & (asciiWord | asciiUnderscore);
  }
  static bool takes(std::int32_t codePoint) {
    return isLetterOrNumber(codePoint);
  }
};
} // namespace

static std::unique_ptr<const TokenizerRules>
makeRules(const TokenizerSettings &settings) {
  const std::int64_t usual =
      settings.kind == TokenizerKind::ScikitLearn ? 2 : 1;
  const auto minLength =
      static_cast<std::size_t>(settings.minLength.value_or(usual));
  switch (settings.kind) {
  case TokenizerKind::Imdb:
    return makeImdbRules(minLength, settings.vocabulary);
  case TokenizerKind::Words:
    return makeWordsRules(minLength);
  case TokenizerKind::ScikitLearn:
    return std::make_unique<RunRules<WordCharacter>>(minLength);
  case TokenizerKind::Whitespace:
    return std::make_unique<RunRules<NoSpace>>(minLength);
  }
  __builtin_unreachable();
}

Tokenizer::Tokenizer(const TokenizerSettings &settings)
    : rules_(makeRules(settings)) {}
Tokenizer::Tokenizer(Tokenizer &&) noexcept = default;
Tokenizer &Tokenizer::operator=(Tokenizer &&) noexcept = default;
Tokenizer::~Tokenizer() = default;

void Tokenizer::tokenize(std::string_view text, TokenBuffer &tokens) const {
  tokens.clear();
  rules_->tokenize(text, tokens);
}
