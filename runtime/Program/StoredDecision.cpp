//===- StoredDecision.cpp - How weights say that outputs become answers ---===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/StoredDecision.h"

#include "Error.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

static std::optional<double> entryOf(const SafetensorsFile &weights,
                                     const char *key, double most) {
  const auto found = weights.metadata().find(key);
  if (found == weights.metadata().end())
    return std::nullopt;
  const std::string &text = found->second;
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

Decision decisionOf(const SafetensorsFile &weights) {
  constexpr double hottest = 1e6;
  Decision decision;
  decision.temperature = entryOf(weights, "temperature", hottest).value_or(1);
  decision.threshold = entryOf(weights, "threshold", 1);
  return decision;
}

void storeDecision(const Decision &decision,
                   std::map<std::string, std::string> &metadata) {
  // fmt's shortest decimals read back as the same bits.
  metadata["temperature"] = fmt::format("{}", decision.temperature);
  if (decision.threshold)
    metadata["threshold"] = fmt::format("{}", *decision.threshold);
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
  return text;
}

} // namespace mlc::runtime
