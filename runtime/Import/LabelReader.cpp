//===- LabelReader.cpp - Reads labels by a rule ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LabelReader.h"

#include "Data/ClassNames.h"
#include "Error.h"
#include "Import/Utf8.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <limits>
#include <system_error>

using namespace mlc::runtime;

static constexpr std::size_t shownTokenBytes = 24;
static constexpr double maxClass = std::numeric_limits<std::int32_t>::max();

std::string mlc::runtime::showToken(std::string_view token) {
  if (token.empty())
    return "nothing";
  if (token.size() <= shownTokenBytes)
    return fmt::format("{:?}", token);
  return fmt::format("{:?}...", token.substr(0, shownTokenBytes));
}

[[noreturn]] static void expected(const char *what, const std::string &shown,
                                  const std::string &todo) {
  throw LabelError(
      fmt::format("expected {}, but got {}; {}", what, shown, todo));
}

/// Without the white space around it.
static std::string_view trim(std::string_view token) {
  constexpr const char *space = " \t\r\n\v\f";
  const std::size_t first = token.find_first_not_of(space);
  if (first == token.npos)
    return {};
  return token.substr(first, token.find_last_not_of(space) + 1 - first);
}

/// The number that fills the token; what from_chars says otherwise.
static std::errc readWhole(std::string_view token, double &number) {
  // from_chars knows no plus sign.
  bool hasPlus = token.size() > 1 && token[0] == '+' && token[1] != '-';
  const char *end = token.data() + token.size();
  auto [stop, error] = std::from_chars(token.data() + hasPlus, end, number);
  return stop == end ? error : std::errc::invalid_argument;
}

bool mlc::runtime::isNumber(std::string_view token) {
  double number;
  return readWhole(token, number) != std::errc::invalid_argument;
}

LabelReader::LabelReader(LabelRule rule)
    : rule_(std::move(rule)),
      areNumbersGiven_(rule_.form == LabelForm::Numbers) {
  if (isLearned() && rule_.form != LabelForm::Columns)
    setNames(rule_.names);
}

/// Whether labels may be words, as far as the kind goes.
bool LabelReader::takesWords() const {
  return !rule_.positiveFrom &&
         (rule_.kind == LabelKind::Binary || rule_.kind == LabelKind::Classes);
}

double LabelReader::read(std::string_view token) {
  if (!rule_.separator.empty()) {
    std::vector<std::string_view> words;
    for (std::string_view rest = token; !trim(rest).empty();) {
      const std::size_t length = rest.find(rule_.separator);
      words.push_back(rest.substr(0, length));
      if (length == rest.npos)
        break;
      rest.remove_prefix(length + rule_.separator.size());
    }
    return readSeveral(words);
  }
  switch (rule_.form) {
  case LabelForm::Guess:
    if (takesWords() && !trim(token).empty() && !isNumber(token))
      return readWord(token);
    break;
  case LabelForm::Words:
    return readWord(token);
  case LabelForm::Several:
    return readSeveral(std::span(&token, trim(token).empty() ? 0 : 1));
  case LabelForm::Columns:
    return readColumns(
        std::vector<std::string_view>(rule_.names.begin(), rule_.names.end()),
        std::span(&token, 1));
  case LabelForm::Numbers:
    break;
  }
  return readNumber(token);
}

double LabelReader::readNumber(std::string_view token) {
  const char *what = rule_.kind == LabelKind::Classes ? "a class" : "a label";
  double number = 0;
  const std::errc error = readWhole(token, number);
  if (error == std::errc::result_out_of_range)
    expected(fmt::format("{} that a float can hold", what).c_str(),
             showToken(token), "scale it");
  if (error == std::errc())
    return read(number, showToken(token));
  if (!takesWords())
    expected(what, showToken(token), "write a number such as 3 or 0.5");
  if (token.empty())
    expected(what, showToken(token),
             "write a number or a word, or leave the row out");
  if (areNumbersGiven_)
    expected("a label that is a number, as in the training set",
             showToken(token), "write it as there");
  expected("a label that is a number, as above", showToken(token),
           "where labels are words give --labels names");
}

double LabelReader::read(double label, const std::string &shown) {
  if (rule_.form == LabelForm::Words)
    return readWord(shown);
  if (rule_.form == LabelForm::Several) {
    const std::string_view word = shown;
    return readSeveral(std::span(&word, 1));
  }
  const char *what = rule_.kind == LabelKind::Classes ? "a class" : "a label";
  if (!std::isfinite(label))
    expected(fmt::format("{} that is finite", what).c_str(), shown,
             "leave out or replace what is not known");
  rule_.form = LabelForm::Numbers;
  switch (rule_.kind) {
  case LabelKind::Binary:
    return rule_.positiveFrom ? label >= *rule_.positiveFrom
                              : readBinary(label, shown);
  case LabelKind::Classes:
    if (label < 0 || label > maxClass || label != std::floor(label))
      expected("a class", shown,
               "number classes 0, 1, 2, ..., or give --labels names");
    return label;
  case LabelKind::Numbers:
    // What is written is what is read back: an F32.
    if (std::abs(label) > std::numeric_limits<float>::max())
      expected("a label that a float can hold", shown, "scale it");
    return static_cast<float>(label);
  case LabelKind::Stars: {
    if (rule_.scores.empty())
      return label;
    auto found = std::ranges::find(rule_.scores, label);
    if (found == rule_.scores.end())
      expected(fmt::format("one of the scores of the training set ({})",
                           fmt::join(rule_.scores, ", "))
                   .c_str(),
               shown, "only they have classes");
    return static_cast<double>(found - rule_.scores.begin());
  }
  }
  __builtin_unreachable();
}

double LabelReader::readBinary(double label, const std::string &shown) {
  if (label != 0 && label != 1 && label != -1)
    expected("a label of 0 or 1 (or -1 and 1)", shown,
             "for scores give --positive-from, for quantities --labels "
             "numbers, for classes --labels names (or classes, where they are "
             "numbered from 0)");
  if (label == 1)
    return 1;
  if (negative_ != 1 && negative_ != label)
    throw LabelError(fmt::format("expected two labels, but got {}, {} and 1; "
                                 "for classes give --labels names",
                                 label, negative_));
  negative_ = label;
  return 0;
}

void mlc::runtime::checkLabelWord(std::string_view written) {
  const std::string_view word = trim(written);
  if (word.size() > maxLabelBytes)
    expected(fmt::format("a label of at most {} bytes", maxLabelBytes).c_str(),
             showToken(word), "name the column of labels by --label-column");
  if (const char *bad = findBadText(word); bad != word.data() + word.size())
    throw LabelError(describeBadText(bad, /*isReplaceable=*/false));
  if (std::ranges::any_of(word, [](char byte) {
        return static_cast<unsigned char>(byte) < ' ';
      }))
    expected("a label without tabs and line ends", showToken(word),
             "name the column of labels by --label-column");
}

/// The number of a word in `sets_`.
std::int32_t LabelReader::numberOf(std::string_view written) {
  const std::string_view word = trim(written);
  if (word.empty())
    expected("a label", showToken(word),
             "write the row's class, or leave the row out");
  if (const auto number = sets_.find(word))
    return *number;
  if (isLearned())
    expected(fmt::format("one of the classes of the training set ({})",
                         showNames(rule_.names))
                 .c_str(),
             showToken(word),
             "only they can be told apart; correct or remove the row");
  checkLabelWord(word);
  if (sets_.size() == maxClasses)
    expected(fmt::format("at most {} different labels", maxClasses).c_str(),
             showToken(word),
             "name the column of labels by --label-column; quantities are "
             "read by --labels numbers");
  return sets_.add(word);
}

double LabelReader::readWord(std::string_view word) {
  if (rule_.form == LabelForm::Several)
    return readSeveral(std::span(&word, 1));
  if (rule_.form == LabelForm::Numbers || !takesWords())
    return readNumber(word);
  const std::int32_t number = numberOf(word);
  rule_.form = LabelForm::Words;
  return sets_.setOf(std::span(&number, 1));
}

double LabelReader::readSeveral(std::span<const std::string_view> words) {
  if (!takesWords())
    throw LabelError("expected one label a row, but got several; they are "
                     "classes, so leave out --labels and --positive-from");
  if (rule_.form == LabelForm::Numbers || rule_.form == LabelForm::Columns ||
      (rule_.form == LabelForm::Words && isLearned()))
    throw LabelError(
        areNumbersGiven_ || isLearned()
            ? "expected one label, as in the training set, but got several; "
              "give a file of the same kind"
            : "expected one number, as above, but got several labels; where "
              "rows may have several classes give --labels several");
  words_.clear();
  for (std::string_view word : words)
    words_.push_back(numberOf(word));
  rule_.form = LabelForm::Several;
  return sets_.setOf(words_);
}

double LabelReader::readColumns(std::span<const std::string_view> columns,
                                std::span<const std::string_view> tokens) {
  const bool isBinary = rule_.kind == LabelKind::Binary && !rule_.positiveFrom;
  if (!isBinary && rule_.kind != LabelKind::Numbers)
    throw LabelError("expected one column of labels for this kind; give "
                     "--labels binary or numbers for several");
  if (rule_.form == LabelForm::Guess) {
    rule_.form = LabelForm::Columns;
    rule_.names.assign(columns.begin(), columns.end());
  }
  if (rule_.form != LabelForm::Columns || tokens.size() != rule_.names.size() ||
      !std::ranges::equal(columns, rule_.names))
    throw LabelError("expected labels in the same columns as before, or as in "
                     "the training set; name them by --label-column");
  const auto row = columns_.size() / tokens.size();
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const std::string_view token = trim(tokens[at]);
    double number = 0;
    const bool isNumber = readWhole(token, number) == std::errc() &&
                          std::abs(number) <= std::numeric_limits<float>::max();
    const bool isYes = token == "true" || token == "True",
               isNo = token == "false" || token == "False";
    if (isBinary && !isYes && !isNo &&
        !(isNumber && (number == 0 || number == 1)))
      expected(fmt::format("a label of 0 or 1 in {:?}", columns[at]).c_str(),
               showToken(token), "for quantities give --labels numbers");
    if (!isBinary && !isNumber)
      expected(fmt::format("a number in {:?}", columns[at]).c_str(),
               showToken(token), "correct or remove the row");
    columns_.push_back(isBinary ? isYes || (!isNo && number == 1)
                                : static_cast<float>(number));
  }
  return static_cast<double>(row);
}
