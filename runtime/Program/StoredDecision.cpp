//===- StoredDecision.cpp - How weights say that outputs become answers ---===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/StoredDecision.h"

#include "Error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>
#include <string_view>

namespace mlc::runtime {

static double numberOf(const SafetensorsFile &weights, const char *key,
                       std::string_view text, double most) {
  double number = 0;
  const char *end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number) ||
      number <= 0 || number > most)
    throw InputError(fmt::format("{}: expected its {:?} to be a number above 0 "
                                 "and at most {}, but got {:?}; make it again "
                                 "with calibrate",
                                 weights.path(), key, most, text));
  return number;
}

/// `[0.3, 0.45]`.
static std::vector<double> listOf(const SafetensorsFile &weights,
                                  std::string_view text, std::int64_t outputs) {
  std::vector<double> numbers;
  std::string_view rest = text.substr(1);
  while (true) {
    const std::size_t end = std::min(rest.find_first_of(",]"), rest.size());
    const std::size_t begin = std::min(rest.find_first_not_of(' '), end);
    numbers.push_back(
        numberOf(weights, "threshold", rest.substr(begin, end - begin), 1));
    if (end + 1 >= rest.size())
      break;
    rest.remove_prefix(end + 1);
  }
  if (std::ssize(numbers) != outputs || !text.ends_with(']'))
    throw InputError(
        fmt::format("{}: expected its \"threshold\" to be a number "
                    "or {} in a list, one for each label, but got "
                    "{:?}; make it again with calibrate",
                    weights.path(), outputs, text));
  return numbers;
}

Decision decisionOf(const SafetensorsFile &weights, std::int64_t outputs) {
  constexpr double hottest = 1e6;
  Decision decision;
  const auto &entries = weights.metadata();
  if (const auto found = entries.find("temperature"); found != entries.end())
    decision.temperature =
        numberOf(weights, "temperature", found->second, hottest);
  const auto found = entries.find("threshold");
  if (found == entries.end())
    return decision;
  if (found->second.starts_with('['))
    decision.thresholds = listOf(weights, found->second, outputs);
  else
    decision.threshold = numberOf(weights, "threshold", found->second, 1);
  return decision;
}

std::string thresholdJson(const Decision &decision) {
  // fmt's shortest decimals read back as the same bits.
  if (!decision.thresholds.empty())
    return fmt::format("[{}]", fmt::join(decision.thresholds, ", "));
  return decision.threshold ? fmt::format("{}", *decision.threshold) : "";
}

void storeDecision(const Decision &decision,
                   std::map<std::string, std::string> &metadata) {
  metadata["temperature"] = fmt::format("{}", decision.temperature);
  if (decision.hasThreshold())
    metadata["threshold"] = thresholdJson(decision);
  else
    metadata.erase("threshold");
}

std::string decisionText(const Decision &decision) {
  std::string text;
  if (decision.temperature != 1)
    text = fmt::format("temperature {:.4g}", decision.temperature);
  if (decision.threshold)
    text += fmt::format("{}threshold {:.4g}", text.empty() ? "" : ", ",
                        *decision.threshold);
  constexpr std::size_t mostShown = 8;
  if (const std::size_t count = decision.thresholds.size(); count > 0)
    text += fmt::format(
        "{}thresholds {:.4g}{} of the labels", text.empty() ? "" : ", ",
        fmt::join(
            std::span(decision.thresholds).first(std::min(count, mostShown)),
            ", "),
        count > mostShown ? ", ..." : "");
  return text;
}

} // namespace mlc::runtime
