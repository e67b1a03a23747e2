//===- VowpalReader.cpp - Reads Vowpal Wabbit's lines ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/VowpalReader.h"

#include "Import/RowWeight.h"

#include <algorithm>
#include <fmt/core.h>

using namespace mlc::runtime;

static constexpr const char *space = " \t\r";

/// Takes the next word off the front of `rest`; empty at the end.
static std::string_view takeWord(std::string_view &rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(space), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(space));
  rest.remove_prefix(word.size());
  return word;
}

bool mlc::runtime::looksLikeVowpal(std::string_view line) {
  const std::size_t bar = line.find('|');
  if (bar == line.npos)
    return false;
  // A name, or a space, stands behind the bar; numbers and a tag before it.
  std::string_view head = line.substr(0, bar);
  const bool touches = bar > 0 && std::string_view(space).find(line[bar - 1]) ==
                                      std::string_view::npos;
  std::size_t words = 0;
  for (std::string_view word; !(word = takeWord(head)).empty(); ++words)
    if (!isNumber(word) && !word.starts_with('\'') &&
        !(touches && head.empty()))
      return false;
  constexpr std::size_t mostWords = 4; // Label, importance, base, tag.
  return words <= mostWords && line.substr(bar + 1).find('|') != 0;
}

VowpalReader::VowpalReader(LineReader lines, const TextFields &fields,
                           LabelReader &labels)
    : lines_(std::move(lines)), labels_(labels),
      needsLabels_(!fields.label.empty()) {
  lines_.setCheck(fields.check);
}

/// Sets `weight` where the line has an importance.
double VowpalReader::readLabel(std::string_view head, double &weight) {
  const char *place = head.data();
  const bool touches =
      !head.empty() &&
      std::string_view(space).find(head.back()) == std::string_view::npos;
  std::string_view label = takeWord(head);
  const std::string_view importance = takeWord(head);
  // A word that the bar follows at once is a tag, unless it is the label.
  if (label.starts_with('\''))
    label = {};
  if (!importance.empty() && isNumber(importance) && !(touches && head.empty()))
    if (const auto wrong = readRowWeight(importance, weight))
      lines_.fail(importance.data(), *wrong);
  if (!needsLabels_)
    return 0;
  try {
    return labels_.read(label);
  } catch (const LabelError &error) {
    lines_.fail(label.empty() ? place : label.data(), error.what());
  }
}

void VowpalReader::readWords(std::string_view words, Document &document) {
  bool isNamespace = true; // Of the words behind a bar, where it touches them.
  while (true) {
    if (isNamespace && !words.empty() &&
        std::string_view(space).find(words[0]) == std::string_view::npos)
      takeWord(words);
    isNamespace = false;
    std::string_view word = takeWord(words);
    if (word.empty())
      return;
    if (word.starts_with('|')) {
      words = {word.data() + 1,
               static_cast<std::size_t>(words.data() + words.size() -
                                        word.data() - 1)};
      isNamespace = true;
      continue;
    }
    const std::size_t colon = word.rfind(':');
    if (colon != word.npos && isNumber(word.substr(colon + 1))) {
      const std::string_view value = word.substr(colon + 1);
      if (value != "1" && value != "1.0")
        lines_.fail(value.data(),
                    fmt::format("expected a word without a value, but got {}; "
                                "numbers go into CSV or LIBSVM text",
                                showToken(word)));
      word = word.substr(0, colon);
    }
    if (!document.text.empty())
      document.text += ' ';
    document.text += word;
  }
}

bool VowpalReader::next(Document &document) {
  std::string_view line;
  do {
    if (!lines_.next(line))
      return false;
  } while (line.find_first_not_of(space) == line.npos);
  const std::size_t bar = line.find('|');
  if (bar == line.npos)
    lines_.fail(line.data(), "expected a '|' before the words, as Vowpal "
                             "Wabbit has it, but the line has none; see "
                             "--format for other kinds of lines");
  document.text.clear();
  document.weight = 1;
  document.label = readLabel(line.substr(0, bar), document.weight);
  readWords(line.substr(bar + 1), document);
  return true;
}
