//===- LabelReader.cpp - Reads labels by a rule ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LabelReader.h"

#include "Error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <limits>
#include <set>
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

double LabelReader::read(std::string_view token) {
  const char *what = rule_.kind == LabelKind::Classes ? "a class" : "a label";
  // from_chars knows no plus sign.
  bool hasPlus = token.size() > 1 && token[0] == '+' && token[1] != '-';
  const char *end = token.data() + token.size();
  double number = 0;
  auto [stop, error] = std::from_chars(token.data() + hasPlus, end, number);
  if (stop == end && error == std::errc::result_out_of_range)
    expected(fmt::format("{} that a float can hold", what).c_str(),
             showToken(token), "scale it");
  if (stop != end || error != std::errc())
    expected(what, showToken(token), "write a number such as 3 or 0.5");
  return read(number, showToken(token));
}

double LabelReader::read(double label, const std::string &shown) {
  const char *what = rule_.kind == LabelKind::Classes ? "a class" : "a label";
  if (!std::isfinite(label))
    expected(fmt::format("{} that is finite", what).c_str(), shown,
             "leave out or replace what is not known");
  switch (rule_.kind) {
  case LabelKind::Binary:
    return rule_.positiveFrom ? label >= *rule_.positiveFrom
                              : readBinary(label, shown);
  case LabelKind::Classes:
    if (label < 0 || label > maxClass || label != std::floor(label))
      expected("a class", shown, "number classes 0, 1, 2, ...");
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
             "for scores give --positive-from, for classes --labels classes, "
             "for quantities --labels numbers");
  if (label == 1)
    return 1;
  if (negative_ != 1 && negative_ != label)
    throw LabelError(fmt::format("expected two labels, but got {}, {} and 1; "
                                 "for classes number them 0, 1, 2 and give "
                                 "--labels classes",
                                 label, negative_));
  negative_ = label;
  return 0;
}

std::vector<double>
mlc::runtime::distinctScores(std::span<const double> labels) {
  std::set<double> scores;
  for (double label : labels)
    if (scores.insert(label).second && scores.size() > maxScores)
      throw InputError(fmt::format("the input: expected at most {} different "
                                   "scores, but got more; give --labels "
                                   "numbers",
                                   maxScores));
  return {scores.begin(), scores.end()};
}

void mlc::runtime::scoresToClasses(const LabelRule &rule,
                                   std::span<double> labels) {
  for (double &label : labels) {
    auto found = std::ranges::lower_bound(rule.scores, label);
    if (found == rule.scores.end() || *found != label)
      throw InputError(fmt::format("the input: the score {} is only among the "
                                   "examples that were set aside; give more "
                                   "examples or another --split or --seed",
                                   label));
    label = static_cast<double>(found - rule.scores.begin());
  }
}
