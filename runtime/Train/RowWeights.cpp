//===- RowWeights.cpp - How much each row counts in training --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/RowWeights.h"

#include "Data/ClassNames.h"
#include "Error.h"
#include "Program/ExampleForm.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace mlc::runtime {

std::string readClassWeights(const std::string &text, ClassWeights &weights) {
  weights = {.text = text, .areBalanced = text == "balanced", .named = {}};
  if (weights.areBalanced)
    return "";
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string entry = text.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t sign = entry.rfind('=');
    double weight = -1;
    const char *last = entry.data() + entry.size();
    if (sign != std::string::npos && sign > 0) {
      const auto read = std::from_chars(entry.data() + sign + 1, last, weight);
      if (read.ec != std::errc() || read.ptr != last)
        weight = -1;
    }
    if (!(weight >= 0 && std::isfinite(weight)))
      return fmt::format("expected balanced, or classes with numbers of 0 or "
                         "more, such as spam=5,ham=1, but got {:?}",
                         entry);
    const std::string name = entry.substr(0, sign);
    if (std::ranges::count(weights.named, name,
                           &std::pair<std::string, double>::first) > 0)
      return fmt::format("expected each class once, but {:?} has two weights",
                         name);
    weights.named.emplace_back(name, weight);
  }
  return "";
}

namespace {
/// The classes that a program's rows have, one each.
class RowClasses {
public:
  RowClasses(const Dataset &data, const MlcProgram &program)
      : names_(data.classNames()),
        isBinary_(labelKindOf(program) == MLC_LABEL_BINARY),
        count_(classesOf(program)) {
    if (count_ == 0)
      throw InputError(fmt::format(
          "{}: --class-weight is of rows with one class each, but program "
          "'{}' learns {}; leave it out",
          data.path(), program.name,
          labelKindOf(program) == MLC_LABEL_REAL ? "numbers"
                                                 : "several labels a row"));
  }

  /// Throws InputError where there is no class of this name.
  std::int64_t find(const std::string &name) const {
    const auto found = std::ranges::find(names_, name);
    if (found != names_.end())
      return found - names_.begin();
    // Of two classes, the one that is looked for has this name, too.
    if (isBinary_ && (name == "positive" || name == "negative"))
      return name == "positive";
    std::int64_t number = 0;
    const char *end = name.data() + name.size();
    const auto read = std::from_chars(name.data(), end, number);
    if (names_.empty() && read.ec == std::errc() && read.ptr == end &&
        number >= 0 && number < count_)
      return number;
    throw InputError(fmt::format(
        "--class-weight: expected {}{}, but got {:?}",
        names_.empty() ? fmt::format("a class from 0 to {}", count_ - 1)
                       : "one of " + showNames(names_),
        isBinary_ ? ", or positive or negative" : "", name));
  }

  /// What each class counts, of which there are so many rows.
  std::vector<double> factors(std::span<const std::int64_t> counts,
                              const ClassWeights &weights) const {
    std::vector<double> factors(std::size_t(count_), 1.0);
    for (const auto &[name, weight] : weights.named)
      factors[std::size_t(find(name))] = weight;
    if (!weights.areBalanced)
      return factors;
    const auto rows =
        double(std::accumulate(counts.begin(), counts.end(), std::int64_t(0)));
    for (std::size_t number = 0; number < factors.size(); ++number)
      if (counts[number] > 0)
        factors[number] =
            rows / (double(counts.size()) * double(counts[number]));
    return factors;
  }

private:
  const std::vector<std::string> &names_;
  bool isBinary_;
  std::int64_t count_;
};
} // namespace

/// Throws where nothing would be learned.
static void expectSome(double sum, const std::string &path, std::int64_t rows) {
  if (!(sum > 0))
    throw InputError(fmt::format(
        "{}: all {} training rows have the weight 0, so that nothing would be "
        "learned; give some a weight above 0",
        path, rows));
}

std::vector<float> trainingWeights(const Examples &examples,
                                   const MlcProgram &program,
                                   std::span<const std::int32_t> rows,
                                   const ClassWeights &classes) {
  std::vector<float> weights(examples.weights().begin(),
                             examples.weights().end());
  const Dataset &data = examples.data();
  RowWeightRule rule{.factors = {}, .rows = double(rows.size()), .sum = 0};
  if (!classes.text.empty()) {
    const RowClasses rowClasses(data, program);
    std::vector<std::int64_t> counts(std::size_t(classesOf(program)));
    for (std::int32_t row : rows)
      ++counts[std::size_t(classOf(program, data, row))];
    rule.factors = rowClasses.factors(counts, classes);
  }
  for (std::int32_t row : rows)
    rule.sum +=
        rule.own(weights[std::size_t(row)], classOf(program, data, row));
  expectSome(rule.sum, data.path(), std::ssize(rows));
  for (std::int32_t row : rows)
    weights[std::size_t(row)] =
        rule(weights[std::size_t(row)], classOf(program, data, row));
  return weights;
}

RowWeightRule trainingWeights(const ExampleParts &parts,
                              const ClassWeights &classes) {
  const MlcProgram &program = parts.program();
  RowWeightRule rule{.factors = {}, .rows = double(parts.rows()), .sum = 0};
  if (!classes.text.empty())
    rule.factors = RowClasses(parts.first(), program)
                       .factors(parts.facts().classCounts, classes);
  for (const Dataset &part : parts.parts())
    for (std::int64_t row = 0; row < part.rows(); ++row)
      rule.sum += rule.own(
          part.weights().empty() ? 1 : part.weights()[std::size_t(row)],
          classOf(program, part, row));
  expectSome(rule.sum, parts.first().path(), parts.rows());
  return rule;
}

} // namespace mlc::runtime
