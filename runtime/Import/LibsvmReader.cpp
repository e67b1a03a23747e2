//===- LibsvmReader.cpp - Reads LIBSVM text -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LibsvmReader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fmt/core.h>
#include <string_view>
#include <system_error>
#include <vector>

using namespace mlc::runtime;

static bool isSpace(char byte) { return byte == ' ' || byte == '\t'; }

static const char *skipSpaces(const char *at, const char *end) {
  while (at != end && isSpace(*at))
    ++at;
  return at;
}

/// What stands at `at`.
static std::string_view tokenAt(const char *at, const char *end) {
  std::string_view rest(at, static_cast<std::size_t>(end - at));
  return rest.substr(0, rest.find_first_of(" \t"));
}

static std::string shown(const char *at, const char *end) {
  return showToken(tokenAt(at, end));
}

/// Reads the number that fills [at, the next space or `end`) and moves `at`
/// behind it. `what` names it in errors.
template <typename Number>
static Number readNumber(const LineReader &reader, const char *&at,
                         const char *end, const char *what) {
  // from_chars knows no plus sign.
  bool hasPlus = at != end && *at == '+' && at + 1 != end && at[1] != '-';
  Number number = 0;
  auto [stop, error] = std::from_chars(at + hasPlus, end, number);
  bool isWhole = stop == end || isSpace(*stop);
  if (error == std::errc::result_out_of_range && isWhole)
    reader.fail(at, fmt::format("expected {} that a float can hold, "
                                "but got {}; scale it",
                                what, shown(at, end)));
  if (error != std::errc() || !isWhole)
    reader.fail(at, fmt::format("expected {}, but got {}; write a number such "
                                "as 3 or 0.5",
                                what, shown(at, end)));
  if (!std::isfinite(number))
    reader.fail(at, fmt::format("expected {} that is finite, but got {}; leave "
                                "out or replace what is not known",
                                what, shown(at, end)));
  at = stop;
  return number;
}

static std::vector<std::string_view> splitWords(std::string_view token) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t comma = token.find(',');
    words.push_back(token.substr(0, comma));
    if (comma == token.npos)
      return words;
    token.remove_prefix(comma + 1);
  }
}

double LibsvmReader::readLabel(const LineReader &reader, const char *&at,
                               const char *end) {
  std::string_view token = tokenAt(at, end);
  if (!labels_) {
    if (token.find(':') == std::string_view::npos)
      at += token.size();
    return 0;
  }
  const bool takesNone = labels_->rule().form == LabelForm::Several;
  if (takesNone && token.find(':') != std::string_view::npos)
    return labels_->readSeveral({});
  if (token.find(':') != std::string_view::npos)
    reader.fail(at, fmt::format("expected a label, but got {}; start the line "
                                "with a label, before the first INDEX:VALUE",
                                showToken(token)));
  // LIBSVM's labels are numbers: a word is most often the start of another
  // kind of text.
  const std::vector<std::string_view> words = splitWords(token);
  const LabelForm form = labels_->rule().form;
  if ((form == LabelForm::Guess ||
       (form == LabelForm::Numbers && words.size() > 1)) &&
      !std::ranges::all_of(words, isNumber))
    reader.fail(at, fmt::format("expected a label, but got {}; write a number "
                                "such as 3 or 0.5, or give --labels names",
                                showToken(token)));
  try {
    double label =
        words.size() > 1 ? labels_->readSeveral(words) : labels_->read(token);
    at += token.size();
    return label;
  } catch (const LabelError &error) {
    reader.fail(at, error.what());
  }
}

void LibsvmReader::readLine(const LineReader &reader, const char *at,
                            const char *end) {
  double label = readLabel(reader, at, end);
  at = skipSpaces(at, end);
  if (tokenAt(at, end).starts_with("qid:")) {
    at += tokenAt(at, end).size();
    ++queries_;
  }
  std::int64_t last = -1;
  while ((at = skipSpaces(at, end)) != end) {
    const char *start = at;
    std::int64_t index = 0;
    auto [colon, error] = std::from_chars(at, end, index);
    bool isNumber = error == std::errc::result_out_of_range ||
                    (error == std::errc() && index >= 0);
    if (!isNumber || (colon != end && *colon != ':' && !isSpace(*colon)))
      reader.fail(at, fmt::format("expected INDEX:VALUE with a whole index "
                                  "from 0, but got {}; see `mlc data --help` "
                                  "for the form",
                                  shown(at, end)));
    if (colon == end || *colon != ':')
      reader.fail(colon, fmt::format("expected ':' after the index {}; write "
                                     "INDEX:VALUE without spaces",
                                     shown(start, end)));
    if (error != std::errc() || index >= maxWidth)
      reader.fail(at, fmt::format("expected an index of at most {}, but got "
                                  "{}; number the features anew",
                                  maxWidth - 1, shown(at, colon)));
    if (index >= rules_.width)
      reader.fail(at, fmt::format("expected an index below {}, the number of "
                                  "words in the vocabulary, but got {}; give "
                                  "the vocabulary of this file",
                                  rules_.width, index));
    if (index == last)
      reader.fail(
          at, fmt::format("index {} is there twice; add up its values", index));
    if (index < last)
      reader.fail(at,
                  fmt::format("expected an index above {}, but got {}; sort "
                              "the indices of each line",
                              last, index));
    last = index;
    lowest_ = std::min(lowest_, index);

    at = colon + 1;
    const char *number = at;
    float value = readNumber<float>(reader, at, end, "a value after ':'");
    if (rules_.onlyCounts && !(value >= 0 && value <= maxCount))
      reader.fail(number, fmt::format("expected a count from 0 to {:.0f}, but "
                                      "got {}; only --value count and binary "
                                      "take other numbers",
                                      maxCount, shown(number, end)));
    if (value == 0)
      continue;
    rows_.indices.push_back(static_cast<std::int32_t>(index));
    rows_.values.push_back(value);
  }
  rows_.width = std::max(rows_.width, last + 1);
  rows_.endRow(label);
}

/// Looks ahead for a list of labels: the rows before it may have one alone.
void LibsvmReader::expectSeveral(LineReader &reader) {
  constexpr std::size_t aheadBytes = 1 << 16;
  std::string_view block = reader.peekBlock(aheadBytes);
  while (!block.empty()) {
    const std::string_view line = block.substr(0, block.find('\n'));
    const char *end = line.data() + line.size();
    const auto words = splitWords(tokenAt(skipSpaces(line.data(), end), end));
    if (words.size() > 1 && std::ranges::all_of(words, isNumber)) {
      labels_->takeSeveral();
      return;
    }
    block.remove_prefix(std::min(block.size(), line.size() + 1));
  }
}

void LibsvmReader::read(LineReader reader) {
  if (labels_ && labels_->rule().form == LabelForm::Guess)
    expectSeveral(reader);
  const std::size_t before = rows_.size();
  std::string_view line;
  while (reader.next(line)) {
    line = line.substr(0, line.find('#'));
    const char *end = line.data() + line.size();
    const char *begin = skipSpaces(line.data(), end);
    if (begin != end)
      readLine(reader, begin, end);
  }
  if (rows_.size() == before)
    reader.fail("expected examples, but got none; give a file with a line "
                "`LABEL INDEX:VALUE ...` for each");
}
