//===- SettingSearch.cpp - The best pupil of so many bytes ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SettingSearch.h"

#include "Error.h"
#include "FeatureChoice.h"
#include "PairedFigures.h"
#include "System/Console.h"

#include <algorithm>
#include <fmt/core.h>
#include <vector>

using namespace mlc;
using namespace mlc::runtime;

/// As many as fit into the bytes that are allowed, in the order of their rank;
/// nothing where not one fits, or not as many as were asked for.
std::optional<std::int64_t>
SettingSearch::mostFeatures(std::span<const std::int32_t> ranked,
                            std::int64_t units,
                            std::span<const float> layer) const {
  // What is learned packs a little worse or better than what is there now.
  constexpr double room = 0.99;
  const auto fits = [&](std::int64_t count) {
    const auto features =
        firstFeatures({ranked.begin(), ranked.end()}, std::size_t(count));
    return double(trainings_.sizeOf(features, units, layer)) <=
           room * *options_.maxBytes;
  };
  if (options_.features)
    return fits(*options_.features) ? options_.features : std::nullopt;
  std::int64_t most = 0, tooMany = std::ssize(ranked) + 1;
  while (tooMany - most > 1) {
    const std::int64_t middle = most + (tooMany - most) / 2;
    (fits(middle) ? most : tooMany) = middle;
  }
  return most > 0 ? std::optional(most) : std::nullopt;
}

/// Of a pupil with the options as they are.
double SettingSearch::accuracyOf(const Rows &learned,
                                 std::span<const float> lessons,
                                 const Rows &choosing,
                                 std::span<const std::int32_t> ranked) const {
  const auto features = firstFeatures({ranked.begin(), ranked.end()},
                                      std::size_t(*options_.features));
  const Trained pupil =
      trainings_.learn(learned, features, lessons, "candidate");
  const std::vector<float> told = trainings_.answers(pupil, choosing, features);
  return compareAnswers(data_, choosing, facts_.task, decision_,
                        std::size_t(facts_.outputs), told, told)
      .after;
}

void SettingSearch::run(const Rows &rows, std::span<const float> layer,
                        std::span<const float> lessons) {
  const Rows choosing = trainings_.parts(rows, options_.folds).front();
  const std::size_t columns = lessons.size() / rows.size();
  Rows learned;
  std::vector<float> theirLessons;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (std::ranges::binary_search(choosing, rows[at]))
      continue;
    learned.push_back(rows[at]);
    const auto own = lessons.subspan(at * columns, columns);
    theirLessons.insert(theirLessons.end(), own.begin(), own.end());
  }
  std::vector<std::int64_t> units = {2, 4, 8, 16};
  if (options_.units || facts_.units == 0)
    units = {options_.units.value_or(0)};
  const std::vector<std::int32_t> ranked = rankFeatures(data_, rows, layer);
  const CompressOptions given = options_;
  std::optional<CompressOptions> best;
  double bestAccuracy = 0;
  for (std::int64_t count : units) {
    options_ = given;
    options_.features = mostFeatures(ranked, count, layer);
    if (!options_.features)
      continue;
    if (count > 0)
      options_.units = count;
    const double accuracy = accuracyOf(learned, theirLessons, choosing, ranked);
    printNote(fmt::format(
        "{} features, {}: {:.2f} % of {} rows are right", *options_.features,
        count > 0 ? fmt::format("{} units", count) : std::string("linear"),
        100 * accuracy, choosing.size()));
    if (!best || accuracy > bestAccuracy) {
      best = options_;
      bestAccuracy = accuracy;
    }
  }
  if (!best)
    throw InputError(fmt::format("{}: --max-size: not even {} of its features "
                                 "fit; allow more bytes, or give fewer "
                                 "--features, --units or --bits",
                                 options_.data, given.features.value_or(1)));
  options_ = *best;
}
