//===- ImdbTokenizer.cpp - As the IMDB review data set counts words -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Characters/Imdb.h"

#include "Text/HtmlText.h"
#include "Text/TermTable.h"
#include "Text/TokenizerRules.h"

using namespace mlc::runtime;

std::string mlc::runtime::wordsNotStripped(std::string_view vocabulary) {
  std::string words;
  forEachLine(vocabulary, [&](std::string_view word) {
    if (!word.empty() && !hasWordEnds(word.data(), word.size()))
      words.append(word).push_back('\n');
  });
  return words;
}

namespace {
class ImdbRules : public TokenizerRules {
public:
  ImdbRules(std::size_t minLength, std::string_view vocabulary)
      : TokenizerRules(minLength) {
    forEachLine(wordsNotStripped(vocabulary),
                [this](std::string_view word) { kept_.internWord(word); });
  }

  std::string_view clean(std::string_view text, std::string &memory,
                         PlaceMap *places) const override {
    if (text.find("&#") == text.npos && text.find('<') == text.npos)
      return text;
    PlaceMap ofReferences, ofTags;
    replaceMarkup(text, readImdbReference, memory,
                  places ? &ofReferences : nullptr);
    replaceMarkup(memory, readImdbTag, memory, places ? &ofTags : nullptr);
    if (places)
      *places = ofReferences.followedBy(ofTags);
    return memory;
  }

  void tokenize(std::string_view piece, TokenBuffer &tokens) const override {
    TokenBuffer::Scratch &scratch = tokens.scratch;
    const std::string_view lower = lowerCase(piece, scratch.lower);
    scratch.piece.clear();
    scratch.piece.setEnd(
        replaceImdbMarks(lower.data(), lower.size(),
                         scratch.piece.room(imdbGrowth * lower.size())));
    const std::string_view clean = scratch.piece.view();
    ImdbCut cut = {};
    for (std::size_t begin, end;
         nextImdbPiece(clean.data(), clean.size(), &cut, &begin, &end);)
      finish(clean.substr(begin, end - begin), tokens);
  }

private:
  /// Step 6.
  void finish(std::string_view token, TokenBuffer &tokens) const {
    const char *bytes = token.data();
    std::size_t size = token.size();
    if (!hasWordEnds(bytes, size) && !isEmoticon(bytes, size) &&
        kept_.findWord(token) == noTerm)
      stripImdbWord(&bytes, &size);
    if (size > 0)
      push(tokens, {bytes, size});
  }

  TermTable kept_; // Words with another character at an end.
};
} // namespace

std::unique_ptr<TokenizerRules>
mlc::runtime::makeImdbRules(std::size_t minLength,
                            std::string_view vocabulary) {
  return std::make_unique<ImdbRules>(minLength, vocabulary);
}
