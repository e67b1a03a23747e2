//===- LabelReader.h - Reads labels by a rule -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_LABELREADER_H
#define MLC_RUNTIME_IMPORT_LABELREADER_H

#include "Data/LabelRule.h"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// A label is at fault; what() has the reason and what to do, without a place.
class LabelError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Part of a text for an error: quoted, cut to a length that can be shown;
/// "nothing" where it is empty.
std::string showToken(std::string_view token);

/// Reads all labels of a data set, however many files it is made of.
class LabelReader {
public:
  explicit LabelReader(LabelRule rule) : rule_(std::move(rule)) {}

  const LabelRule &rule() const { return rule_; }

  /// What a label means: 0 or 1, a class or a number, exact as F32 or I32;
  /// where the rule is Stars without scores, the score. Throws LabelError.
  double read(std::string_view token);
  /// The same of a number that is already one; `shown` is for errors.
  double read(double number, const std::string &shown);

private:
  double readBinary(double label, const std::string &shown);

  LabelRule rule_;
  /// How the data set writes a label of no: 0 or -1, but not both. 1: not yet
  /// seen.
  double negative_ = 1;
};

/// The distinct labels, rising: the `scores` of Stars. Throws InputError where
/// there are more than `maxScores`.
std::vector<double> distinctScores(std::span<const double> labels);
constexpr std::size_t maxScores = 1000;

/// Turns scores into classes, in place. Those that are not in `rule.scores`,
/// which only rows held out can have, throw InputError.
void scoresToClasses(const LabelRule &rule, std::span<double> labels);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_LABELREADER_H
