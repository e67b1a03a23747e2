//===- Tokenizer.cpp - Text in, tokens out --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Tokenizer.h"

#include "Text/TokenizerRules.h"

using namespace mlc::runtime;

/// A text is worked on in pieces of about this size, which stay in the cache
/// from one step to the next.
static constexpr std::size_t pieceBytes = 1 << 13;

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
    return makeWordsRules(minLength, settings.version);
  case TokenizerKind::ScikitLearn:
  case TokenizerKind::Whitespace:
    return makeRunRules(settings.kind, minLength, settings.version);
  }
  __builtin_unreachable();
}

Tokenizer::Tokenizer(const TokenizerSettings &settings)
    : rules_(makeRules(settings)) {}
Tokenizer::Tokenizer(Tokenizer &&) noexcept = default;
Tokenizer &Tokenizer::operator=(Tokenizer &&) noexcept = default;
Tokenizer::~Tokenizer() = default;

/// Behind the white space at which a piece of `text` may end.
static std::size_t endOfPiece(std::string_view text) {
  for (std::size_t at = pieceBytes; at < text.size(); ++at)
    if (isAsciiSpace(text[at]))
      return at + 1;
  return text.size();
}

void Tokenizer::tokenize(std::string_view text, TokenBuffer &tokens) const {
  tokens.clear();
  std::string_view rest = rules_->clean(text, tokens.scratch.plain);
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, endOfPiece(rest));
    rules_->tokenize(piece, tokens);
    rest.remove_prefix(piece.size());
  }
}

std::vector<PlacedToken> Tokenizer::place(std::string_view text) const {
  std::vector<PlacedToken> placed;
  TokenBuffer tokens;
  std::string memory;
  PlaceMap places;
  const std::string_view clean = rules_->clean(text, memory, &places);
  auto isSpace = [&](std::size_t at) { return isAsciiSpace(clean[at]); };
  // What stands between white space is tokenized for itself.
  for (std::size_t at = 0; at < clean.size();) {
    if (isSpace(at)) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < clean.size() && !isSpace(end))
      ++end;
    const std::string_view piece = clean.substr(at, end - at);
    tokens.clear();
    rules_->tokenize(piece, tokens);
    const std::size_t first = placed.size();
    for (std::size_t token = 0; token < tokens.size(); ++token)
      placed.push_back({std::string(tokens[token])});
    placeInPiece(piece, at, placed, first);
    for (std::size_t token = first; token < placed.size(); ++token) {
      placed[token].begin = places(placed[token].begin);
      placed[token].end = places(placed[token].end);
    }
    at = end;
  }
  return placed;
}
