//===- TokenizerRules.h - One class for each kind of tokenizer --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TOKENIZERRULES_H
#define MLC_RUNTIME_TEXT_TOKENIZERRULES_H

#include "Text/PlacedToken.h"
#include "Text/TokenBuffer.h"
#include "Text/Tokenizer.h"
#include "Text/Unicode.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// What Tokenizer does for one kind.
class TokenizerRules {
public:
  explicit TokenizerRules(std::size_t minLength) : minLength_(minLength) {}
  virtual ~TokenizerRules() = default;
  /// What is to be done with a text as a whole, so that then any ASCII white
  /// space is a place between two tokens. In `memory`, or `text` itself.
  /// `places`, unless null, is told where what is changed came from.
  virtual std::string_view clean(std::string_view text,
                                 std::string & /*memory*/,
                                 PlaceMap * /*places*/ = nullptr) const {
    return text;
  }
  /// Appends the tokens of a piece of what `clean` gave, which ends with white
  /// space or with the text.
  virtual void tokenize(std::string_view piece, TokenBuffer &tokens) const = 0;

protected:
  bool isLongEnough(std::string_view token) const {
    return hasCharacters(token.data(), token.size(), minLength_);
  }
  /// A token that lies in PaddedBytes.
  void push(TokenBuffer &tokens, std::string_view token) const {
    if (isLongEnough(token))
      tokens.push(token);
  }

private:
  std::size_t minLength_; // In code points.
};

/// ScikitLearn and Whitespace.
std::unique_ptr<TokenizerRules>
makeRunRules(TokenizerKind kind, std::size_t minLength, int version);
std::unique_ptr<TokenizerRules> makeImdbRules(std::size_t minLength,
                                              std::string_view vocabulary);
/// Of a vocabulary for Imdb the words, LF after each, that make a difference.
std::string wordsNotStripped(std::string_view vocabulary);
std::unique_ptr<TokenizerRules> makeWordsRules(std::size_t minLength,
                                               int version);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TOKENIZERRULES_H
