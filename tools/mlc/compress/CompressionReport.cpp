//===- CompressionReport.cpp - What a smaller model costs
//-------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompressionReport.h"

#include <fmt/core.h>

using namespace mlc;

static std::string bytesText(std::uintmax_t bytes) {
  return bytes < 10'000'000 ? fmt::format("{:.1f} kB", double(bytes) / 1e3)
                            : fmt::format("{:.1f} MB", double(bytes) / 1e6);
}

static std::string unitsText(std::int64_t units) {
  return units > 0 ? std::to_string(units) : std::string("linear");
}

static std::string shareText(double share) {
  return fmt::format("{:.2f} %", 100 * share);
}

std::int64_t CompressionReport::features() const {
  return options.features.value_or(teacherFeatures);
}

std::int64_t CompressionReport::units() const {
  return options.units.value_or(teacherUnits);
}

std::string CompressionReport::table() const {
  std::string text;
  const auto line = [&](const char *name, const std::string &before,
                        const std::string &after) {
    text += fmt::format("{:<10}  {:>10}  {:>10}\n", name, before, after);
  };
  line("", "before", "after");
  line("features", std::to_string(teacherFeatures), std::to_string(features()));
  line("units", unitsText(teacherUnits), unitsText(units()));
  line("bits", "32", std::to_string(options.bits));
  if (options.prune > 0)
    line("pruned", "", shareText(options.prune));
  line("weights", bytesText(teacherBytes), bytesText(pupilBytes));
  line("accuracy", shareText(figures.before), shareText(figures.after));
  return text + fmt::format(
                    "\naccuracy of {} rows set aside: {:+.2f} points (standard "
                    "error {:.2f}); {:.2f} % of the answers differ\n",
                    figures.rows, 100 * figures.difference(),
                    100 * figures.error, 100 * figures.flips);
}

std::string CompressionReport::json() const {
  const auto numbers = [](std::int64_t before, std::int64_t after) {
    return fmt::format("{{\"before\": {}, \"after\": {}}}", before, after);
  };
  return fmt::format(
      "{{\"features\": {}, \"units\": {}, \"bits\": {}, "
      "\"pruned\": {}, \"bytes\": {}, \"distilled\": {}, "
      "\"set_aside\": {}}}\n",
      numbers(teacherFeatures, features()), numbers(teacherUnits, units()),
      numbers(32, options.bits), options.prune,
      numbers(std::int64_t(teacherBytes), std::int64_t(pupilBytes)),
      options.distills, figures.json());
}
