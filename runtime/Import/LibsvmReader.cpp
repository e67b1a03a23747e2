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
#include <limits>
#include <string_view>
#include <system_error>

using namespace mlc::runtime;

static constexpr std::size_t shownTokenBytes = 24;
static constexpr double maxClass = std::numeric_limits<std::int32_t>::max();

static bool isSpace(char byte) { return byte == ' ' || byte == '\t'; }

static const char *skipSpaces(const char *at, const char *end) {
  while (at != end && isSpace(*at))
    ++at;
  return at;
}

/// What stands at `at`, quoted and cut to a length that can be shown.
static std::string shown(const char *at, const char *end) {
  const char *stop = at;
  while (stop != end && !isSpace(*stop))
    ++stop;
  if (stop == at)
    return "nothing";
  std::string_view token(at, static_cast<std::size_t>(stop - at));
  if (token.size() <= shownTokenBytes)
    return fmt::format("{:?}", token);
  return fmt::format("{:?}...", token.substr(0, shownTokenBytes));
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

double LibsvmReader::readLabel(const LineReader &reader, const char *&at,
                               const char *end) {
  const char *start = at;
  std::string_view first(at, static_cast<std::size_t>(end - at));
  first = first.substr(0, first.find_first_of(" \t"));
  if (first.find(':') != std::string_view::npos)
    reader.fail(at, fmt::format("expected a label, but got {}; start the line "
                                "with a label, before the first INDEX:VALUE",
                                shown(at, end)));
  if (rules_.labels.kind == LabelKind::Classes) {
    double label = readNumber<double>(reader, at, end, "a class");
    if (label < 0 || label > maxClass || label != std::floor(label))
      reader.fail(start, fmt::format("expected a class, but got {}; number "
                                     "classes 0, 1, 2, ...",
                                     shown(start, end)));
    return label;
  }
  if (rules_.labels.positiveFrom)
    return readNumber<double>(reader, at, end, "a label") >=
           *rules_.labels.positiveFrom;
  float label = readNumber<float>(reader, at, end, "a label");
  if (rules_.labels.kind == LabelKind::Numbers)
    return label;
  if (label != 0 && label != 1 && label != -1)
    reader.fail(start,
                fmt::format("expected a label of 0 or 1 (or -1 and 1), but got "
                            "{}; for scores give --positive-from, for classes "
                            "--labels classes, for quantities --labels numbers",
                            shown(start, end)));
  if (label == 1)
    return 1;
  if (negative_ != 1 && negative_ != label)
    reader.fail(start, fmt::format("expected two labels, but got {}, {} and 1; "
                                   "for classes number them 0, 1, 2 and give "
                                   "--labels classes",
                                   label, negative_));
  negative_ = label;
  return 0;
}

void LibsvmReader::readLine(const LineReader &reader, const char *at,
                            const char *end) {
  double label = readLabel(reader, at, end);
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

void LibsvmReader::read(const std::string &path) {
  LineReader reader(path);
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
