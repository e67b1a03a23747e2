//===- LabelReader.h - Reads labels by a rule -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_LABELREADER_H
#define MLC_RUNTIME_IMPORT_LABELREADER_H

#include "Data/LabelRule.h"
#include "Data/SparseRows.h"
#include "Import/LabelSets.h"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A label is at fault; what() has the reason and what to do, without a place.
class LabelError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Part of a text for an error: quoted, cut to a length that can be shown;
/// "nothing" where it is empty.
std::string showToken(std::string_view token);

/// Whether the token is a number and nothing else, be it out of range.
bool isNumber(std::string_view token);

/// Bounds of what is read as the name of a class, beyond which a column is
/// hardly one of labels.
constexpr std::size_t maxClasses = 1 << 16, maxLabelBytes = 256;

/// Throws LabelError for a word that no class is called: too long, or with
/// what no text has.
void checkLabelWord(std::string_view word);

/// Reads all labels of a data set, however many files it is made of.
///
/// `read` and its like return a number for each row: what a numeric label
/// means, or a provisional number that stands for the row's words until all
/// rows are read; only then are all classes known. Then `learn` names the
/// classes, and `resolve` puts them in the place of the provisional numbers.
class LabelReader {
public:
  /// Where the rule has names or scores they are the only ones there can be.
  explicit LabelReader(LabelRule rule);

  const LabelRule &rule() const { return rule_; }

  /// A label as a file has it. A number is 0 or 1, a class or a number, exact
  /// as F32 or I32, by the rule. Throws LabelError.
  double read(std::string_view token);
  /// The same of a number that is already one; `shown` is its text.
  double read(double number, const std::string &shown);
  /// A label that is a word even if it looks like a number.
  double readWord(std::string_view word);
  /// Rows may have any number of labels, whatever the first one has.
  void takeSeveral() {
    if (rule_.form == LabelForm::Guess && takesWords())
      rule_.form = LabelForm::Several;
  }
  /// Any number of labels of one row; also none.
  double readSeveral(std::span<const std::string_view> words);
  /// The labels in several columns of one row, in the order of their names.
  double readColumns(std::span<const std::string_view> columns,
                     std::span<const std::string_view> tokens);

  /// Learns classes from the labels (as `read` returned them) of the training
  /// rows: names sorted by their bytes, or as numbers where all of them are
  /// numbers; scores of Stars. Nothing where the rule has them. Throws
  /// InputError where there is one class alone or the kind asks for others.
  void learn(std::span<const double> labels);
  /// Turns what `read` returned into labels, in place; those of rows with
  /// several labels stay as they are, a number for each distinct set. Throws
  /// InputError for a class that `learn` was not told of.
  void resolve(std::span<double> labels) const;
  /// Where rows have several labels, adds them to `rows`, whose `labels` are
  /// still as `read` returned them. Throws as `resolve` does, and where they
  /// are more than memory is likely to hold.
  void addColumns(SparseRows &rows) const;

private:
  bool takesWords() const;
  double readNumber(std::string_view token);
  double readBinary(double label, const std::string &shown);
  std::int32_t numberOf(std::string_view word);
  void learnNames(std::span<const double> labels);
  void setNames(std::vector<std::string> names);
  std::int32_t classOf(std::int32_t word) const;
  bool isLearned() const { return !rule_.names.empty(); }

  LabelRule rule_;
  /// Whether rows before, or the training set, settled that labels are numbers.
  bool areNumbersGiven_;
  /// How the data set writes a label of no: 0 or -1, but not both. 1: not yet
  /// seen.
  double negative_ = 1;
  LabelSets sets_;
  std::vector<std::int32_t> classes_; ///< Of each word of `sets_`; -1: none.
  std::vector<std::int32_t> words_;   ///< Of the row being read.
  std::vector<float> columns_;        ///< Columns: all rows one after another.
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
