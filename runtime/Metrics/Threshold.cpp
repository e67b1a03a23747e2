//===- Threshold.cpp - From which probability on to say yes ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Threshold.h"

#include "Error.h"
#include "Metrics/Ranking.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace mlc::runtime {

/// A finite number that is all of the text.
static std::optional<double> numberOf(std::string_view text) {
  double number = 0;
  const char *end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number))
    return std::nullopt;
  return number;
}

/// What follows `start`; nothing where the text does not begin with it.
static std::optional<std::string_view> after(std::string_view start,
                                             std::string_view text) {
  if (!text.starts_with(start))
    return std::nullopt;
  return text.substr(start.size());
}

std::optional<double> fixedThreshold(std::string_view text,
                                     std::string_view option) {
  const auto number = numberOf(text);
  if (number && !(*number > 0 && *number < 1))
    throw UsageError(
        fmt::format("{}: expected a probability between 0 and 1, but got {}",
                    option, text));
  return number;
}

ThresholdRule::ThresholdRule(std::string_view text, std::string_view option)
    : text_(text) {
  constexpr std::pair<std::string_view, Kind> names[] = {
      {"f1", F1},
      {"balanced_accuracy", BalancedAccuracy},
      {"accuracy", Accuracy},
      {"mcc", Mcc}};
  for (const auto &[name, kind] : names)
    if (text == name) {
      kind_ = kind;
      return;
    }
  for (const auto &[start, kind] : {std::pair("precision>=", PrecisionAtLeast),
                                    std::pair("recall>=", RecallAtLeast)})
    if (const auto rest = after(start, text))
      if (const auto bound = numberOf(*rest);
          bound && *bound > 0 && *bound <= 1) {
        kind_ = kind;
        bound_ = *bound;
        return;
      }
  if (const auto rest = after("cost:fp=", text)) {
    const std::size_t comma = rest->find(",fn=");
    if (comma != rest->npos) {
      const auto positive = numberOf(rest->substr(0, comma));
      const auto negative = numberOf(rest->substr(comma + 4));
      if (positive && negative && *positive >= 0 && *negative >= 0) {
        kind_ = Cost;
        falsePositive_ = *positive;
        falseNegative_ = *negative;
        return;
      }
    }
  }
  throw UsageError(fmt::format(
      "{}: expected f1, balanced_accuracy, accuracy, mcc, precision>=0.9, "
      "recall>=0.9, cost:fp=1,fn=5 or a probability, but got {}",
      option, text));
}

/// 0/0 is 0.
static double quotient(double part, double whole) {
  return whole == 0 ? 0 : part / whole;
}

double ThresholdRule::worth(const Counts &counts) const {
  const auto tp = double(counts.truePositives);
  const auto fp = double(counts.falsePositives);
  const double fn = double(counts.positives) - tp;
  const double tn = double(counts.negatives) - fp;
  const double precision = quotient(tp, tp + fp),
               recall = quotient(tp, tp + fn);
  switch (kind_) {
  case F1:
    return quotient(2 * tp, 2 * tp + fp + fn);
  case BalancedAccuracy:
    return (recall + quotient(tn, tn + fp)) / 2;
  case Accuracy:
    return tp + tn;
  case Mcc:
    return quotient(tp * tn - fp * fn,
                    std::sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)));
  case PrecisionAtLeast:
    return precision >= bound_ ? recall
                               : std::numeric_limits<double>::quiet_NaN();
  case RecallAtLeast:
    return recall >= bound_ ? precision
                            : std::numeric_limits<double>::quiet_NaN();
  case Cost:
    return -(falsePositive_ * fp + falseNegative_ * fn);
  }
  return 0;
}

/// Each answer that a threshold decides, by the probability that decides it.
static std::vector<ScoredRow> decidedRows(const Judged &judged,
                                          std::optional<std::int64_t> only) {
  std::vector<ScoredRow> rows;
  rows.reserve(judged.rows * (only ? 1 : judged.columns));
  for (std::int64_t row = 0; row < judged.rows; ++row) {
    const auto probabilities = probabilitiesOf(
        judged.task,
        judged.outputs.subspan(row * judged.columns, judged.columns),
        judged.decision.temperature);
    if (judged.task == Task::MultiClass)
      rows.push_back({probabilities[1], judged.isPositive(row, 1)});
    else
      for (std::int64_t column = only.value_or(0);
           column < (only ? *only + 1 : judged.columns); ++column)
        rows.push_back({probabilities[column], judged.isPositive(row, column)});
  }
  return rows;
}

std::optional<double> bestThreshold(const Judged &judged,
                                    const ThresholdRule &rule,
                                    std::optional<std::int64_t> column) {
  const Ranking ranking(decidedRows(judged, column));
  std::optional<double> best;
  double most = 0;
  for (const Ranking::Point &point : ranking.points()) {
    const double worth = rule.worth({point.truePositives, point.falsePositives,
                                     ranking.positives(), ranking.negatives()});
    if (std::isnan(worth))
      continue;
    const bool isNearer =
        best && std::abs(point.score - 0.5) < std::abs(*best - 0.5);
    if (!best || worth > most || (worth == most && isNearer)) {
      best = point.score;
      most = worth;
    }
  }
  return best;
}

} // namespace mlc::runtime
