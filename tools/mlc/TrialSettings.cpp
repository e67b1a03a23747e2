//===- TrialSettings.cpp - What a search tries ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrialSettings.h"

#include "Error.h"
#include "Program/Random.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <functional>
#include <sstream>

using namespace mlc;
using namespace mlc::runtime;
namespace json = boost::json;

std::string mlc::settingsJson(const TrialSettings &settings) {
  std::string text;
  const auto add = [&](const char *name, const auto &value) {
    if (value)
      text +=
          fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", name, *value);
  };
  add("learning_rate", settings.learningRate);
  add("weight_decay", settings.weightDecay);
  add("dropout", settings.dropout);
  add("batch", settings.batch);
  add("hidden", settings.hidden);
  if (settings.schedule)
    add("schedule", std::optional(fmt::format("\"{}\"", *settings.schedule)));
  add("warmup", settings.warmup);
  add("final", settings.finalRate);
  return "{" + text + "}";
}

/// `expected` says what is right for it.
template <typename Number>
static SearchRange<Number>
readRange(const std::string &path, std::string_view name,
          const json::value &value, Number least, Number most) {
  const auto fail = [&] {
    throw InputError(fmt::format(
        "{}: expected for {:?} a range [LEAST, MOST] within {} and {}, a "
        "number, or null, but got {}; correct it",
        path, name, least, most, json::serialize(value)));
  };
  if (value.is_null())
    return std::nullopt;
  const auto number = [&](const json::value &one) {
    boost::system::error_code error;
    const auto read = one.is_number() ? one.to_number<Number>(error) : Number();
    if (!one.is_number() || error || !(read >= least && read <= most))
      fail();
    return read;
  };
  if (!value.is_array())
    return std::pair(number(value), number(value));
  const json::array &ends = value.as_array();
  if (ends.size() != 2 || number(ends[0]) > number(ends[1]))
    fail();
  return std::pair(number(ends[0]), number(ends[1]));
}

/// The kinds of schedules in a JSON value: one, or a list.
static std::optional<std::vector<std::string>>
readKinds(const std::string &path, const json::value &value) {
  if (value.is_null())
    return std::nullopt;
  std::vector<std::string> kinds;
  const auto add = [&](const json::value &one) {
    const std::string kind =
        one.is_string() ? std::string(one.get_string()) : "";
    if (std::ranges::find(SearchSpace::kinds, kind) ==
        std::end(SearchSpace::kinds))
      throw InputError(fmt::format(
          "{}: expected for \"schedule\" some of {}, or null, but got {}; "
          "another kind is written into the model file, where it stays",
          path, fmt::join(SearchSpace::kinds, ", "), json::serialize(one)));
    kinds.push_back(kind);
  };
  if (const json::array *list = value.if_array(); list && !list->empty())
    for (const json::value &one : *list)
      add(one);
  else
    add(value);
  return kinds;
}

void SearchSpace::read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file)
    throw InputError(fmt::format("{}: cannot be read; name a JSON file", path));
  boost::system::error_code error;
  const json::value parsed = json::parse(text.str(), error);
  if (error || !parsed.is_object())
    throw InputError(fmt::format("{}: expected a JSON object such as "
                                 "{{\"learning_rate\": [1e-4, 1e-2]}}, but got "
                                 "{}",
                                 path,
                                 error ? error.message() : "another value"));
  constexpr std::int64_t mostUnits = 1 << 20;
  for (const auto &[key, value] : parsed.get_object()) {
    if (key == "learning_rate")
      learningRate = readRange(path, key, value, 1e-12, 1e6);
    else if (key == "weight_decay")
      weightDecay = readRange(path, key, value, 1e-12, 1e6);
    else if (key == "dropout")
      dropout = readRange(path, key, value, 0.0, 0.99);
    else if (key == "batch")
      batch = readRange(path, key, value, std::int64_t(1), mostUnits);
    else if (key == "hidden")
      hidden = readRange(path, key, value, std::int64_t(1), mostUnits);
    else if (key == "schedule")
      schedule = readKinds(path, value);
    else if (key == "warmup")
      warmup = readRange(path, key, value, 0.0, 0.99);
    else if (key == "final")
      finalRate = readRange(path, key, value, 0.0, 1.0);
    else
      throw InputError(fmt::format(
          "{}: expected learning_rate, weight_decay, dropout, batch, hidden, "
          "schedule, warmup or final, but got {:?}; leave it out",
          path, std::string_view(key)));
  }
}

std::string SearchSpace::text() const {
  std::string text;
  const auto add = [&](const char *name, const auto &range) {
    text += fmt::format(
        "{}\"{}\": {}", text.empty() ? "" : ", ", name,
        range ? fmt::format("[{}, {}]", range->first, range->second) : "null");
  };
  add("learning_rate", learningRate);
  add("weight_decay", weightDecay);
  add("dropout", dropout);
  add("batch", batch);
  add("hidden", hidden);
  std::string names;
  if (schedule)
    for (const std::string &kind : *schedule)
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", kind);
  text += ", \"schedule\": " + (schedule ? "[" + names + "]" : "null");
  add("warmup", warmup);
  add("final", finalRate);
  return "{" + text + "}";
}

TrialSettings SearchSpace::draw(std::uint64_t seed,
                                std::uint64_t number) const {
  // Each setting has a word of its own, so that a narrower space leaves the
  // others as they were.
  const auto first = randomWords(seed, RandomPurpose::Search, number, 0),
             second = randomWords(seed, RandomPurpose::Search, number, 1);
  const auto share = [](std::uint32_t word) {
    return double(uniformFromWord(word));
  };
  /// Three digits are enough, and people read them.
  const auto logarithmic = [&](const SearchRange<double> &range,
                               std::uint32_t word) -> std::optional<double> {
    if (!range)
      return std::nullopt;
    const double least = std::log(range->first), most = std::log(range->second);
    const double drawn = std::exp(least + share(word) * (most - least));
    return std::clamp(std::stod(fmt::format("{:.3g}", drawn)), range->first,
                      range->second);
  };
  const auto power = [&](const SearchRange<std::int64_t> &range,
                         std::uint32_t word) -> std::optional<std::int64_t> {
    if (!range)
      return std::nullopt;
    std::vector<std::int64_t> numbers = {range->first};
    for (std::int64_t next = 1; next < range->second; next *= 2)
      if (next > range->first)
        numbers.push_back(next);
    if (range->second > range->first)
      numbers.push_back(range->second);
    return numbers[std::size_t(share(word) * double(numbers.size()))];
  };
  /// Two digits after the point.
  const auto even = [&](const SearchRange<double> &range,
                        std::uint32_t word) -> std::optional<double> {
    if (!range)
      return std::nullopt;
    const double drawn =
        range->first + share(word) * (range->second - range->first);
    return std::clamp(std::round(drawn * 100) / 100, range->first,
                      range->second);
  };
  TrialSettings settings;
  settings.learningRate = logarithmic(learningRate, first[0]);
  settings.weightDecay = logarithmic(weightDecay, first[1]);
  settings.dropout = even(dropout, first[2]);
  settings.batch = power(batch, first[3]);
  settings.hidden = power(hidden, second[0]);
  if (!schedule)
    return settings;
  settings.schedule =
      (*schedule)[std::size_t(share(second[1]) * double(schedule->size()))];
  settings.warmup = even(warmup, second[2]);
  if (settings.schedule != "constant")
    settings.finalRate = even(finalRate, second[3]);
  return settings;
}

namespace {
/// Finds words of a model file outside of its comments.
class ModelWords {
public:
  explicit ModelWords(const std::string &text) : code_(text) {
    // Comments become spaces, so that places stay.
    for (std::size_t at = 0; at < code_.size(); ++at)
      if (code_.compare(at, 2, "//") == 0)
        for (; at < code_.size() && code_[at] != '\n'; ++at)
          code_[at] = ' ';
  }

  /// Behind the word, at or after `from`; npos where there is none.
  std::size_t behind(std::string_view word, std::size_t from = 0) const {
    const std::size_t found = code_.find(word, from);
    return found == code_.npos ? found : found + word.size();
  }
  std::size_t find(char letter, std::size_t from) const {
    return code_.find(letter, from);
  }
  std::size_t endOfNumber(std::size_t from) const {
    return std::min(code_.find_first_not_of("0123456789.eE+-", from),
                    code_.size());
  }
  std::size_t startOfNumber(std::size_t from) const {
    return std::min(code_.find_first_not_of(" \t\n", from), code_.size());
  }
  std::string cut(std::size_t from, std::size_t to) const {
    return code_.substr(from, to - from);
  }

private:
  std::string code_;
};

/// `graph.train NAME(arguments) batch(N) epochs(N)`.
struct TrainPlaces {
  std::size_t name, arguments, end, batch;

  explicit TrainPlaces(const ModelWords &words, const std::string &path) {
    const std::size_t train = words.behind("graph.train");
    name = train == std::string::npos ? train : words.startOfNumber(train);
    arguments = name == std::string::npos ? name : words.find('(', name);
    end =
        arguments == std::string::npos ? arguments : words.find(')', arguments);
    batch = end == std::string::npos ? end : words.behind("batch(", end);
    if (batch == std::string::npos)
      throw InputError(fmt::format("{}: expected graph.train with an optimiser "
                                   "and batch(N), but found none; a search "
                                   "needs a model that trains",
                                   path));
    ++arguments;
  }
};
} // namespace

/// What stands behind epochs(N); empty where the rate stays the same.
static std::string scheduleClause(const TrialSettings &settings) {
  if (!settings.schedule)
    return "";
  std::string clause;
  if (settings.warmup.value_or(0) > 0)
    clause += fmt::format(", warmup = {:#}", *settings.warmup);
  if (settings.finalRate.value_or(0) > 0)
    clause += fmt::format(", final = {:#}", *settings.finalRate);
  if (settings.schedule == "constant" && clause.empty())
    return "";
  return fmt::format(" schedule({}{})", *settings.schedule, clause);
}

std::string mlc::editModel(const std::string &text,
                           const TrialSettings &settings,
                           const std::string &path) {
  struct Edit {
    std::size_t from, to;
    std::string by;
  };
  const ModelWords words(text);
  const TrainPlaces train(words, path);
  std::vector<Edit> edits;
  if (settings.batch)
    edits.push_back({train.batch, words.endOfNumber(train.batch),
                     fmt::format("{}", *settings.batch)});
  const auto setArgument = [&](const char *name, double value) {
    std::size_t at = words.behind(name, train.arguments);
    if (at >= train.end) {
      edits.push_back(
          {train.end, train.end, fmt::format(", {} = {:#}", name, value)});
      return;
    }
    at = words.startOfNumber(words.find('=', at) + 1);
    edits.push_back({at, words.endOfNumber(at), fmt::format("{:#}", value)});
  };
  const std::string optimizer = words.cut(train.name, train.arguments - 1);
  if (settings.learningRate)
    setArgument(optimizer == "ftrl" ? "alpha" : "learning_rate",
                *settings.learningRate);
  if (settings.weightDecay) {
    setArgument("weight_decay", *settings.weightDecay);
    // Decay is tried as AdamW has it, not as a term of the gradient.
    if (optimizer == "adam")
      edits.push_back({train.name, train.arguments - 1, "adamw"});
  }
  if (settings.dropout)
    for (std::size_t at = 0;
         (at = words.behind("graph.dropout", at)) != std::string::npos;) {
      at = words.startOfNumber(words.find(',', at) + 1);
      edits.push_back(
          {at, words.endOfNumber(at), fmt::format("{:#}", *settings.dropout)});
    }
  if (const std::string clause = scheduleClause(settings); !clause.empty()) {
    const std::size_t epochs = words.behind("epochs(", train.end);
    if (epochs == std::string::npos)
      throw InputError(fmt::format("{}: expected epochs(N) behind the "
                                   "optimiser, where a schedule goes; write it",
                                   path));
    const std::size_t behind = words.find(')', epochs) + 1;
    edits.push_back({behind, behind, clause});
  }
  std::ranges::sort(edits, std::ranges::greater(), &Edit::from);
  std::string edited = text;
  for (const Edit &edit : edits)
    edited.replace(edit.from, edit.to - edit.from, edit.by);
  return edited;
}

std::int64_t mlc::epochsIn(const std::string &text, const std::string &path) {
  const ModelWords words(text);
  const std::size_t train = words.behind("graph.train");
  const std::size_t at =
      train == std::string::npos ? train : words.behind("epochs(", train);
  std::int64_t epochs = 0;
  if (at != std::string::npos)
    std::istringstream(text.substr(at)) >> epochs;
  if (epochs < 1)
    throw InputError(fmt::format("{}: expected epochs(N) behind the optimiser; "
                                 "give --epochs",
                                 path));
  return epochs;
}

void mlc::restrictTo(SearchSpace &space, const std::string &modelText) {
  const ModelWords words(modelText);
  if (words.behind("graph.dropout") == std::string::npos)
    space.dropout.reset();
  const std::size_t train = words.behind("graph.train");
  if (train == std::string::npos)
    return;
  // One that is written stays.
  if (words.behind("schedule(", train) != std::string::npos)
    space.schedule.reset();
  const std::size_t name = words.startOfNumber(train);
  const std::size_t open = words.find('(', name);
  const std::string optimizer = words.cut(name, open);
  const std::string arguments = words.cut(open, words.find(')', open));
  // What changes touched rows alone cannot let the others decay.
  if ((optimizer != "adam" && optimizer != "adamw" && optimizer != "sgd") ||
      arguments.find("lazy") != std::string::npos)
    space.weightDecay.reset();
}
