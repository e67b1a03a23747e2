//===- VectorizerSettings.h - How features are made -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_VECTORIZERSETTINGS_H
#define MLC_RUNTIME_TEXT_VECTORIZERSETTINGS_H

#include "Data/LabelRule.h"
#include "Text/Tokenizer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// What becomes of a count c of a feature that df of n examples have. Counts
/// of a signed hash may be negative: `binary` is then the sign, `log` keeps it.
enum class ValueKind {
  Count,  ///< c
  Binary, ///< 1
  Log,    ///< 1 + ln(c), "sublinear"
  TfIdf,  ///< c * (ln((1 + n) / (1 + df)) + 1), scikit-learn's smoothed form
};

/// What is done to a row after that. L2 divides it by its Euclidean length.
enum class Normalization { None, L2 };

/// Which features are kept where more are there than `maxFeatures`: those of
/// the largest score, of equal ones the first in the order of columns.
enum class Selection {
  Frequency, ///< sum of the counts over the training examples
  Documents, ///< document frequency
  Chi2,      ///< chi-squared of the counts against the labels' classes
  Linear,    ///< |weight| in a regularised linear model of the labels
};

/// As options and files spell them.
constexpr std::pair<const char *, ValueKind> valueNames[] = {
    {"count", ValueKind::Count},
    {"binary", ValueKind::Binary},
    {"log", ValueKind::Log},
    {"tfidf", ValueKind::TfIdf},
};
constexpr std::pair<const char *, Normalization> normalizationNames[] = {
    {"none", Normalization::None},
    {"l2", Normalization::L2},
};
constexpr std::pair<const char *, Selection> selectionNames[] = {
    {"frequency", Selection::Frequency},
    {"df", Selection::Documents},
    {"chi2", Selection::Chi2},
    {"linear", Selection::Linear},
};

/// A number of documents, or a share (0 to 1) of those there are.
struct DocumentLimit {
  double amount = 0;
  bool isShare = false;

  double of(std::int64_t documents) const {
    return isShare ? amount * static_cast<double>(documents) : amount;
  }
};

constexpr int maxNgram = 3;           ///< Words of a term.
constexpr int maxCharacterNgram = 16; ///< Code points of a term.
constexpr int maxHashBits = 30;
constexpr int maxTfidfHashBits = 24;

/// How a text becomes terms, from which features are chosen.
struct TextSettings {
  TokenizerSettings tokenizer = {};
  /// Tokens that are dropped before n-grams are made, as the tokenizer gives
  /// them.
  std::vector<std::string> stopWords = {};
  /// Terms are n-grams, of `ngramLeast` to `ngramMost` tokens, joined by a
  /// space: 1 to maxNgram.
  int ngramLeast = 1, ngramMost = 1;
  /// Terms are runs of code points, 1 to maxCharacterNgram, of the tokens that
  /// are joined by a space; spaces count.
  bool characters = false;
  /// A term's column is the low bits of its XXH3, 1 to maxHashBits of them;
  /// there is no vocabulary then, and no selection.
  std::optional<int> hashBits = {};
  /// With hashBits: half of the terms count -1, by the highest bit.
  bool signedHash = false;
};

struct VectorizerSettings {
  std::optional<std::int64_t> maxFeatures = {};
  ValueKind value = ValueKind::Count;
  Normalization normalization = Normalization::None;
  LabelRule labels = {};
  Selection selection = Selection::Frequency;
  /// Features that fewer, or more, training examples have are left out.
  std::optional<DocumentLimit> minDocuments = {}, maxDocuments = {};
  /// Of text alone; columns of LIBSVM files need none.
  TextSettings text = {};
  /// Where texts and labels stand, if that was said: names of columns, as
  /// --text-column and --label-column have them. Else empty.
  std::string textColumn = {}, labelColumn = {};

  /// Logarithms, document frequencies and chi-squared need counts.
  bool needsCounts() const {
    return value == ValueKind::Log || value == ValueKind::TfIdf ||
           selection == Selection::Chi2;
  }
  /// Whether features may be left out although examples have them.
  bool picksFeatures() const {
    return maxFeatures || minDocuments || maxDocuments;
  }
  /// Whether a feature that `frequency` of `documents` examples have is within
  /// the limits.
  bool allows(std::int64_t frequency, std::int64_t documents) const {
    const auto exact = static_cast<double>(frequency);
    return !(minDocuments && exact < minDocuments->of(documents)) &&
           !(maxDocuments && exact > maxDocuments->of(documents));
  }
};

/// Throws UsageError where settings are out of their range or exclude each
/// other. The message names the options of `mlc data`.
void checkSettings(const VectorizerSettings &settings);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_VECTORIZERSETTINGS_H
