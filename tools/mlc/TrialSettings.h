//===- TrialSettings.h - What a search tries --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TRIALSETTINGS_H
#define MLC_TOOLS_MLC_TRIALSETTINGS_H

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlc {

/// Settings of one trial; nothing where the model's own stays.
struct TrialSettings {
  std::optional<double> learningRate, weightDecay, dropout;
  std::optional<std::int64_t> batch, hidden;
  std::optional<std::string> schedule; ///< Its kind.
  /// The share of the steps in which the rate rises, and that of the full rate
  /// which it has in the end.
  std::optional<double> warmup, finalRate;

  bool operator==(const TrialSettings &) const = default;
};

/// As a JSON object has them, without those that are not set.
std::string settingsJson(const TrialSettings &settings);

/// From where to where a setting is searched.
template <typename Number>
using SearchRange = std::optional<std::pair<Number, Number>>;

/// What is searched; nothing: it stays as it is. Rates and decays are drawn on
/// a logarithmic scale, batches and units among powers of two (and the ends of
/// their ranges), schedules among their kinds.
struct SearchSpace {
  /// The kinds that need no more than a warm-up and a final rate.
  static constexpr const char *kinds[] = {"constant", "linear", "cosine",
                                          "wsd"};

  SearchRange<double> learningRate{{1e-4, 1e-1}}, weightDecay{{1e-6, 1e-2}},
      dropout{{0, 0.8}};
  SearchRange<std::int64_t> batch{{32, 512}}, hidden{{16, 512}};
  std::optional<std::vector<std::string>> schedule{
      std::in_place, std::begin(kinds), std::end(kinds)};
  SearchRange<double> warmup{{0, 0.2}}, finalRate{{0, 0.1}};

  /// Changes what the JSON file says: `{"learning_rate": [1e-4, 1e-2],
  /// "batch": 64, "dropout": null, "schedule": ["cosine", "wsd"]}`; a number or
  /// a name is the only one, null leaves the model's own. Throws InputError.
  void read(const std::string &path);
  /// The ranges, as `read` takes them.
  std::string text() const;

  /// The settings of configuration `number`, from 1: they follow from the seed
  /// and this number alone.
  TrialSettings draw(std::uint64_t seed, std::uint64_t number) const;
};

/// A model file's text with other settings. `hidden` is not looked at: it is
/// not a number in the text. Throws InputError, with `path` in front, where the
/// text has no place for one of them.
std::string editModel(const std::string &text, const TrialSettings &settings,
                      const std::string &path);

/// The epochs that a model file says. Throws InputError, with `path` in front,
/// where it says none.
std::int64_t epochsIn(const std::string &text, const std::string &path);

/// Takes out of `space` what a model file has no place for: dropout where it
/// has none, decay with an optimiser that knows none.
void restrictTo(SearchSpace &space, const std::string &modelText);

} // namespace mlc

#endif // MLC_TOOLS_MLC_TRIALSETTINGS_H
