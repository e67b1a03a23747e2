//===- LabelRule.h - What a label in a text file may be ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_LABELRULE_H
#define MLC_RUNTIME_DATA_LABELRULE_H

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

enum class LabelKind {
  Binary,  ///< 0 or 1, or -1 for 0; two words; F32
  Classes, ///< whole numbers from 0, or words; I32
  Numbers, ///< any finite number; F32
  Stars,   ///< scores, each of them a class of its own; I32
};

/// As options and files spell them.
constexpr std::pair<const char *, LabelKind> labelNames[] = {
    {"binary", LabelKind::Binary},
    {"classes", LabelKind::Classes},
    {"numbers", LabelKind::Numbers},
    {"stars", LabelKind::Stars},
};

/// How the labels of a row are written.
enum class LabelForm {
  Guess,   ///< not yet known: the first label tells numbers from words
  Numbers, ///< a number
  Words,   ///< a word, the name of its class
  Several, ///< any number of words, each the name of a class
  Columns, ///< a number for each of several columns, which have names
};

/// How labels are read, and what is learned of them.
struct LabelRule {
  LabelKind kind = LabelKind::Binary;
  /// Goes with Binary: the file has scores, and a score of at least that much
  /// is 1, else 0.
  std::optional<double> positiveFrom = {};
  /// Of Stars: the class i stands for the score `scores[i]`; those of the
  /// training examples, rising; empty until they are known.
  std::vector<double> scores = {};
  LabelForm form = LabelForm::Guess;
  /// Words may not choose the kind: it was asked for.
  bool isKindGiven = false;
  /// Words, Several: the class, or column, i is called `names[i]`. Of two
  /// classes as Binary, the second is the positive one. Columns: the names of
  /// the columns. Empty until they are known, or where labels are numbers.
  std::vector<std::string> names = {};
  /// Of two words, the one that becomes 1; empty: the last in order.
  std::string positive = {};
  /// What stands between the words of one row; empty: a row has one.
  std::string separator = {};

  /// Whether labels are stored as I32 classes.
  bool hasClasses() const {
    return kind == LabelKind::Classes || kind == LabelKind::Stars;
  }
  /// Whether a row has a label in each of several columns.
  bool hasColumns() const {
    return form == LabelForm::Several || form == LabelForm::Columns;
  }
  bool operator==(const LabelRule &) const = default;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_LABELRULE_H
