//===- TargetScale.cpp - The scale of regression targets ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/TargetScale.h"

#include "Error.h"

#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <string>

using namespace mlc::runtime;

static std::optional<double> metadataNumber(const SafetensorsFile &file,
                                            const char *key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end())
    return std::nullopt;
  const std::string &text = found->second;
  double number = 0;
  const char *end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number))
    throw InputError(fmt::format("{}: expected a number in `{}`, but got {:?}; "
                                 "make the training set again with `mlc data`",
                                 file.path(), key, text));
  return number;
}
std::optional<TargetScale>
mlc::runtime::targetScaleOf(const SafetensorsFile &file) {
  const auto mean = metadataNumber(file, "target_mean"),
             deviation = metadataNumber(file, "target_sd");
  if (!mean && !deviation)
    return std::nullopt;
  if (!mean || !deviation || !(*deviation > 0))
    throw InputError(fmt::format("{}: expected `target_mean` and a positive "
                                 "`target_sd`, but one is missing or is not; "
                                 "make the training set again with `mlc data`",
                                 file.path()));
  return TargetScale{*mean, *deviation};
}
