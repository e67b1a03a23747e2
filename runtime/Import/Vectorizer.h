//===- Vectorizer.h - From counts to the features of a model ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_VECTORIZER_H
#define MLC_RUNTIME_IMPORT_VECTORIZER_H

#include "Data/Safetensors.h"
#include "Import/LabelRule.h"
#include "Data/SparseRows.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// What becomes of a count c of a feature that df of n examples have.
enum class ValueKind {
  Count,  ///< c
  Binary, ///< 1
  Log,    ///< 1 + ln(c), "sublinear"
  TfIdf,  ///< c * (ln((1 + n) / (1 + df)) + 1), scikit-learn's smoothed form
};

/// What is done to a row after that. L2 divides it by its Euclidean length.
enum class Normalization { None, L2 };

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

struct VectorizerSettings {
  std::optional<std::int64_t> maxFeatures = {};
  ValueKind value = ValueKind::Count;
  Normalization normalization = Normalization::None;
  LabelRule labels = {};

  /// Logarithms and document frequencies need counts.
  bool needsCounts() const {
    return value == ValueKind::Log || value == ValueKind::TfIdf;
  }
};

/// Turns rows of counts into rows of features: picks columns and weighs
/// values, always as it was learned from the training examples. A data set
/// file carries it, so that it can be used again:
///   __metadata__.vectorizer   JSON: kind ("libsvm"), value, normalize, labels,
///                             positive_from, input_features (the width before
///                             columns are picked), documents (n)
///   vectorizer.columns        I32 [features]: which columns of the input were
///                             picked; absent where all are kept
///   vectorizer.df             I32 [features]: document frequencies, for tfidf
///   vocabulary                U8: the features' names, one a line, if known
class Vectorizer {
public:
  /// Has no features yet.
  Vectorizer() = default;
  /// With `maxFeatures` N, the columns are the N of the largest sums over the
  /// examples, of equal sums the one of the lower index (scikit-learn's
  /// CountVectorizer does the same and leaves ties open), in their old order;
  /// fewer where fewer occur. Otherwise all, to the last one that occurs or
  /// that `words` names. `words` has a name for each column of the input.
  /// Throws InputError where no column remains.
  static Vectorizer fit(const SparseRows &rows,
                        const VectorizerSettings &settings,
                        const std::vector<std::string> *words);
  /// As stored in a data set. Throws InputError.
  static Vectorizer load(const SafetensorsFile &file);

  const VectorizerSettings &settings() const { return settings_; }
  /// Columns of what `transform` returns.
  std::int64_t features() const { return features_; }
  /// Values of columns that were not picked, or not known when it was learned,
  /// are dropped; a row may become empty.
  SparseRows transform(const SparseRows &rows) const;
  /// Adds what the class comment lists. Its bytes belong to this object.
  void store(SafetensorsContents &contents) const;

private:
  double weigh(float count, std::int32_t column) const;
  std::string json() const;

  VectorizerSettings settings_;
  std::int64_t inputFeatures_ = 0, features_ = 0, documents_ = 0;
  std::vector<std::int32_t> columns_;             // Empty: all are kept.
  std::vector<std::int32_t> documentFrequencies_; // Of the columns kept.
  std::string vocabulary_;                        // Words, LF after each.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_VECTORIZER_H
