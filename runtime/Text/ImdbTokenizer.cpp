//===- ImdbTokenizer.cpp - As the IMDB review data set counts words -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/TermTable.h"
#include "Text/TokenizerRules.h"

#include <charconv>
#include <cstring>

using namespace mlc::runtime;

// The steps are those of README.md in this folder.

static constexpr std::size_t maxReferenceDigits = 10;

namespace {
/// What step 4 tells apart.
enum class Kind { Word, Space, Joiner, Other };

struct Character {
  Kind kind;
  std::size_t end; // Behind it.
};
} // namespace

static Character characterAt(std::string_view text, std::size_t at) {
  const std::uint8_t mark = classOf(text[at]);
  if (mark != notAscii) {
    const Kind kind = mark == asciiWord     ? Kind::Word
                      : mark == asciiSpace  ? Kind::Space
                      : mark == asciiJoiner ? Kind::Joiner
                                            : Kind::Other;
    return {kind, at + 1};
  }
  const std::int32_t codePoint = decodeUtf8(text, at);
  const Kind kind = isLetterOrNumber(codePoint) ? Kind::Word
                    : isWhiteSpace(codePoint)   ? Kind::Space
                                                : Kind::Other;
  return {kind, at};
}

/// Step 1 without the lower case, which comes last: each `&#N;` becomes its
/// character.
static std::string_view replaceReferences(std::string_view text,
                                          std::string &out, PlaceMap *places) {
  std::size_t mark = text.find("&#");
  if (mark == std::string_view::npos)
    return text;
  out.clear();
  std::size_t copied = 0;
  for (; mark != std::string_view::npos; mark = text.find("&#", mark + 1)) {
    const char *digits = text.data() + mark + 2;
    const char *end =
        digits + std::min(maxReferenceDigits, text.size() - mark - 2);
    std::uint64_t number = 0;
    auto [stop, error] = std::from_chars(digits, end, number);
    if (error != std::errc() || stop == text.data() + text.size() ||
        *stop != ';')
      continue;
    out.append(text, copied, mark - copied);
    const bool isCharacter =
        number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
    if (places)
      places->add(out.size(), mark);
    appendUtf8(isCharacter ? static_cast<std::int32_t>(number)
                           : replacementCharacter,
               out);
    copied = static_cast<std::size_t>(stop - text.data()) + 1;
    if (places)
      places->add(out.size(), copied);
  }
  out.append(text, copied);
  return out;
}

/// Step 2. Before lower-casing it gives the same: no other character becomes
/// `<` or `>` by it, and for the final sigma they are what a space is.
static std::string_view removeTags(std::string_view text, std::string &out,
                                   PlaceMap *places) {
  const std::size_t first = text.find('<');
  if (first == std::string_view::npos)
    return text;
  if (text.data() != out.data())
    out.assign(text);
  std::size_t to = first;
  bool mayClose = true;
  for (std::size_t at = first; at < out.size(); ++at) {
    if (out[at] == '<' && mayClose) {
      const std::size_t close = out.find('>', at);
      mayClose = close != std::string::npos;
      if (places && mayClose) {
        places->add(to, at);
        places->add(to + 1, close + 1);
      }
      at = mayClose ? close : at;
      out[to++] = mayClose ? ' ' : '<';
    } else {
      out[to++] = out[at];
    }
  }
  out.resize(to);
  return out;
}

/// Step 3: `_`, runs of `-`, `'s`, and spaces around `!` and `?`.
static std::string_view removeMarks(std::string_view text, PaddedBytes &out) {
  out.clear();
  // `!` and `?` become three bytes.
  char *to = out.room(3 * text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char byte = text[at];
    switch (byte) {
    case '_':
      *to++ = ' ';
      break;
    case '-':
      if (at + 1 < text.size() && text[at + 1] == '-') {
        while (at + 1 < text.size() && text[at + 1] == '-')
          ++at;
        *to++ = ' ';
      } else {
        *to++ = byte;
      }
      break;
    case '\'':
      if (at + 1 < text.size() && text[at + 1] == 's')
        ++at;
      else
        *to++ = byte;
      break;
    case '!':
    case '?':
      *to++ = ' ';
      *to++ = byte;
      *to++ = ' ';
      break;
    default:
      *to++ = byte;
    }
  }
  out.setEnd(to);
  return out.view();
}

static bool isOneOf(char byte, std::string_view set) {
  return set.find(byte) != std::string_view::npos;
}

static bool isEmoticon(std::string_view token) {
  if (token.size() < 2 || token.size() > 3)
    return false;
  const std::string_view eyes = ":;=8", nose = "-o*'", mouth = ")]([dp/:}{@|\\";
  const char first = token.front(), last = token.back();
  if (token.size() == 3 && !isOneOf(token[1], nose))
    return false;
  return (isOneOf(first, eyes) && isOneOf(last, mouth)) ||
         (isOneOf(first, mouth) && isOneOf(last, eyes));
}

/// Where the last character of `token` starts.
static std::size_t lastCharacter(std::string_view token) {
  std::size_t at = token.size() - 1;
  while (at > 0 && isContinuation(token[at]))
    --at;
  return at;
}

static bool isWordAt(std::string_view token, std::size_t at) {
  return characterAt(token, at).kind == Kind::Word;
}

static bool hasWordEnds(std::string_view token) {
  return isWordAt(token, 0) && isWordAt(token, lastCharacter(token));
}

static std::string_view stripped(std::string_view token) {
  while (!token.empty() && !isWordAt(token, 0))
    token.remove_prefix(characterAt(token, 0).end);
  while (!token.empty() && !isWordAt(token, lastCharacter(token)))
    token = token.substr(0, lastCharacter(token));
  return token;
}

std::string mlc::runtime::wordsNotStripped(std::string_view vocabulary) {
  std::string words;
  forEachLine(vocabulary, [&](std::string_view word) {
    if (!word.empty() && !hasWordEnds(word))
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
    if (!places)
      return removeTags(replaceReferences(text, memory, nullptr), memory,
                        nullptr);
    PlaceMap ofReferences, ofTags;
    const std::string_view clean = removeTags(
        replaceReferences(text, memory, &ofReferences), memory, &ofTags);
    *places = ofReferences.followedBy(ofTags);
    return clean;
  }

  void tokenize(std::string_view piece, TokenBuffer &tokens) const override {
    TokenBuffer::Scratch &scratch = tokens.scratch;
    const std::string_view clean =
        removeMarks(lowerCase(piece, scratch.lower), scratch.piece);
    for (std::size_t at = 0; at < clean.size();) {
      const Character character = characterAt(clean, at);
      at = character.kind == Kind::Space ? character.end
                                         : cutChunk(clean, at, tokens);
    }
  }

private:
  /// Steps 4 to 6 for what stands from `at` to the next space, whose place is
  /// returned: of `word, other..., word` the middle parts tokens, left to
  /// right, and a word character ends no more than one such match.
  std::size_t cutChunk(std::string_view text, std::size_t at,
                       TokenBuffer &tokens) const {
    std::size_t begin = at;
    bool afterWord = false;
    while (at < text.size()) {
      const Character character = characterAt(text, at);
      if (character.kind == Kind::Space)
        break;
      const std::size_t start = at;
      at = character.end;
      if (character.kind != Kind::Other || !afterWord) {
        afterWord = character.kind == Kind::Word;
        continue;
      }
      afterWord = false;
      Character next = {Kind::Space, at};
      while (at < text.size() &&
             (next = characterAt(text, at)).kind == Kind::Other)
        at = next.end;
      if (at == text.size() || next.kind != Kind::Word)
        continue;
      finish(text.substr(begin, start - begin), tokens);
      begin = at;
      at = next.end; // Used up, so it starts no match: afterWord stays false.
    }
    finish(text.substr(begin, at - begin), tokens);
    return at;
  }

  void finish(std::string_view token, TokenBuffer &tokens) const {
    if (!hasWordEnds(token) && !isEmoticon(token) &&
        kept_.findWord(token) == noTerm)
      token = stripped(token);
    if (!token.empty())
      push(tokens, token);
  }

  TermTable kept_; // Words with another character at an end.
};
} // namespace

std::unique_ptr<TokenizerRules>
mlc::runtime::makeImdbRules(std::size_t minLength,
                            std::string_view vocabulary) {
  return std::make_unique<ImdbRules>(minLength, vocabulary);
}
