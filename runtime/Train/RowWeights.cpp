//===- RowWeights.cpp - How much each row counts in training --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/RowWeights.h"

#include "Data/ClassNames.h"
#include "Error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

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
/// The classes of a program's examples, one a row.
class RowClasses {
public:
  RowClasses(const Examples &examples, const MlcProgram &program)
      : examples_(examples),
        isBinary_(labelKindOf(program) == MLC_LABEL_BINARY) {
    const bool isOne = isBinary_ ? columnsOf(program) == 1
                                 : labelKindOf(program) == MLC_LABEL_CLASS &&
                                       placesOf(program) == 1;
    if (!isOne)
      throw InputError(fmt::format(
          "{}: --class-weight is of rows with one class each, but program "
          "'{}' learns {}; leave it out",
          examples.data().path(), program.name,
          labelKindOf(program) == MLC_LABEL_REAL ? "numbers"
                                                 : "several labels a row"));
    count_ = isBinary_ ? 2 : labelOf(program).limit;
  }

  std::int64_t count() const { return count_; }
  std::int64_t of(std::int32_t row) const {
    return isBinary_ ? examples_.realLabels()[row] >= 0.5f
                     : examples_.classLabels()[row];
  }

  /// Throws InputError where there is no class of this name.
  std::int64_t find(const std::string &name) const {
    const std::vector<std::string> &names = examples_.data().classNames();
    const auto found = std::ranges::find(names, name);
    if (found != names.end())
      return found - names.begin();
    // Of two classes, the one that is looked for has this name, too.
    if (isBinary_ && (name == "positive" || name == "negative"))
      return name == "positive";
    std::int64_t number = 0;
    const char *end = name.data() + name.size();
    const auto read = std::from_chars(name.data(), end, number);
    if (names.empty() && read.ec == std::errc() && read.ptr == end &&
        number >= 0 && number < count_)
      return number;
    throw InputError(fmt::format(
        "--class-weight: expected {}{}, but got {:?}",
        names.empty() ? fmt::format("a class from 0 to {}", count_ - 1)
                      : "one of " + showNames(names),
        isBinary_ ? ", or positive or negative" : "", name));
  }

private:
  const Examples &examples_;
  bool isBinary_;
  std::int64_t count_;
};
} // namespace

/// What each class counts.
static std::vector<double> factorsOf(const RowClasses &classes,
                                     std::span<const std::int32_t> rows,
                                     const ClassWeights &weights) {
  std::vector<double> factors(std::size_t(classes.count()), 1.0);
  for (const auto &[name, weight] : weights.named)
    factors[std::size_t(classes.find(name))] = weight;
  if (!weights.areBalanced)
    return factors;
  std::vector<std::int64_t> counts(factors.size());
  for (std::int32_t row : rows)
    ++counts[std::size_t(classes.of(row))];
  for (std::size_t number = 0; number < factors.size(); ++number)
    if (counts[number] > 0)
      factors[number] = double(rows.size()) /
                        (double(counts.size()) * double(counts[number]));
  return factors;
}

std::vector<float> trainingWeights(const Examples &examples,
                                   const MlcProgram &program,
                                   std::span<const std::int32_t> rows,
                                   const ClassWeights &classes) {
  std::vector<float> weights(examples.weights().begin(),
                             examples.weights().end());
  std::vector<double> own(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    own[i] = weights[std::size_t(rows[i])];
  if (!classes.text.empty()) {
    const RowClasses rowClasses(examples, program);
    const std::vector<double> factors = factorsOf(rowClasses, rows, classes);
    for (std::size_t i = 0; i < rows.size(); ++i)
      own[i] *= factors[std::size_t(rowClasses.of(rows[i]))];
  }
  double sum = 0;
  for (double weight : own)
    sum += weight;
  if (!(sum > 0))
    throw InputError(fmt::format(
        "{}: all {} training rows have the weight 0, so that nothing would be "
        "learned; give some a weight above 0",
        examples.data().path(), rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    weights[std::size_t(rows[i])] =
        static_cast<float>(own[i] * double(rows.size()) / sum);
  return weights;
}

} // namespace mlc::runtime
