//===- Amounts.cpp - Numbers with units -----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Amounts.h"

#include "Error.h"

#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <initializer_list>
#include <optional>
#include <utility>

using mlc::runtime::UsageError;

/// A number above 0 and a unit, in units.
static std::optional<double>
readAmount(std::string_view text,
           std::initializer_list<std::pair<std::string_view, double>> units) {
  double number = 0;
  const char *end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  for (const auto &[unit, size] : units)
    if (error == std::errc() && number > 0 && std::isfinite(number) &&
        std::string_view(rest, std::size_t(end - rest)) == unit)
      return number * size;
  return std::nullopt;
}

double mlc::secondsIn(const char *option, std::string_view text) {
  if (const auto seconds =
          readAmount(text, {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}))
    return *seconds;
  throw UsageError(fmt::format("{}: expected a time such as 90s, 5m or 2h, but "
                               "got {:?}",
                               option, text));
}

double mlc::bytesIn(const char *option, std::string_view text) {
  if (const auto bytes = readAmount(text, {{"", 1},
                                           {"k", 1e3},
                                           {"kB", 1e3},
                                           {"M", 1e6},
                                           {"MB", 1e6},
                                           {"G", 1e9},
                                           {"GB", 1e9}}))
    return *bytes;
  throw UsageError(fmt::format("{}: expected bytes such as 500k or 2M, but got "
                               "{:?}",
                               option, text));
}
