//===- WordList.cpp - Lists of words, as tokens are -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/WordList.h"

#include "Import/LabelReader.h"
#include "Import/LineReader.h"
#include "Text/Tokenizer.h"

#include <fmt/core.h>
#include <string_view>
#include <unordered_set>

using namespace mlc::runtime;

std::vector<std::string> mlc::runtime::readWordList(const std::string &path) {
  constexpr const char *space = " \t\r\v\f";
  LineReader lines(path);
  lines.setCheck(TextCheck::Require);
  std::vector<std::string> words;
  std::string_view line;
  while (lines.next(line)) {
    if (line.starts_with("# ") || line == "#")
      continue;
    line = line.substr(0, line.find('|'));
    const std::size_t first = line.find_first_not_of(space);
    if (first != line.npos)
      words.emplace_back(
          line.substr(first, line.find_last_not_of(space) + 1 - first));
  }
  if (words.empty())
    lines.fail("expected words, but got none; give a file with a word a line");
  return words;
}

Unmatched mlc::runtime::meetTokens(std::vector<std::string> &words,
                                   const TokenizerSettings &settings, int least,
                                   int most, bool mayRepeat) {
  constexpr std::size_t shownWords = 5;
  const Tokenizer tokenizer(settings);
  TokenBuffer tokens;
  std::unordered_set<std::string_view> there(words.begin(), words.end());
  // Of what entries became: stays where it is, unlike a string that moves.
  std::unordered_set<std::string> made;
  Unmatched unmatched;
  for (std::string &word : words) {
    tokenizer.tokenize(word, tokens);
    std::string joined;
    for (std::size_t at = 0; at < tokens.size(); ++at)
      joined.append(at ? " " : "").append(tokens[at]);
    const bool isInRange = tokens.size() >= static_cast<std::size_t>(least) &&
                           tokens.size() <= static_cast<std::size_t>(most);
    if (isInRange && joined == word)
      continue;
    if (isInRange && mayRepeat) {
      word = std::move(joined);
      continue;
    }
    if (isInRange && !there.contains(joined) && made.insert(joined).second) {
      there.erase(word);
      word = std::move(joined);
      continue;
    }
    if (++unmatched.count <= shownWords)
      unmatched.examples += fmt::format(
          "{}{}", unmatched.count == 1 ? "" : ", ", showToken(word));
  }
  if (unmatched.count > shownWords)
    unmatched.examples += ", ...";
  return unmatched;
}
