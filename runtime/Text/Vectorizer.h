//===- Vectorizer.h - From text or counts to features ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_VECTORIZER_H
#define MLC_RUNTIME_TEXT_VECTORIZER_H

#include "Data/Safetensors.h"
#include "Data/SparseRows.h"
#include "Text/CountedDocuments.h"
#include "Text/Document.h"
#include "Text/Embeddings.h"
#include "Text/FeatureRows.h"
#include "Text/TracedText.h"
#include "Text/VectorizerSettings.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

struct LearnedFeatures;

/// What fit may be given to start from; at most one of the two.
struct GivenTerms {
  /// The only terms that may be features, in the order of their columns; not
  /// empty, no term twice. Columns of LIBSVM files: a name for each.
  const std::vector<std::string> *vocabulary = nullptr;
  /// Text alone: rows are the means of their tokens' vectors, dense, each
  /// weighted with its value; a row without known tokens is 0. Words that occur
  /// in no training example are left out.
  const Embeddings *embeddings = nullptr;
};

/// Turns texts, or rows of counts, into rows of features: picks columns and
/// weighs values, always as it was learned from the training examples. Data set
/// and weights files carry it, so that it can be used again:
///   __metadata__.vectorizer   JSON: kind ("libsvm" or "text"), value,
///       normalize, labels, positive_from, documents (n);
///       libsvm: input_features (the width before columns are picked);
///       text: text_column, label_column (if they were named), tokenizer,
///       tokenizer_version (absent: 1), min_length, ngrams
///       ([1, 2]), characters, hash_bits, signed_hash, dimensions (of
///       embeddings)
///   vectorizer.columns        I32 [features], libsvm: which columns of the
///       input were picked; absent where all are kept
///   vectorizer.df             I32 [features]: document frequencies, for tfidf
///   vectorizer.stop_words     U8: one a line
///   vectorizer.tokenizer      U8: the tokenizer's vocabulary, one a line
///   vectorizer.embeddings     F32 [words of the vocabulary, dimensions]
///   vocabulary                U8: the features' names (of embeddings: the
///       words), one a line, if known
/// Immutable after fit or load: threads can share one.
class Vectorizer {
public:
  /// Has no features yet.
  Vectorizer();
  Vectorizer(Vectorizer &&) noexcept;
  Vectorizer &operator=(Vectorizer &&) noexcept;
  ~Vectorizer();

  /// LIBSVM input. With `maxFeatures` N, the columns are the N of the highest
  /// score, of equal scores the one of the lower index, in their old order;
  /// fewer where fewer occur. Otherwise all, to the last one that occurs or
  /// that `words` names. `words` has a name for each column of the input.
  /// Throws InputError where no column remains.
  static Vectorizer fit(const SparseRows &rows,
                        const VectorizerSettings &settings,
                        const std::vector<std::string> *words);
  /// Text: learns from the documents `rows` (rising; not given: all). Columns
  /// are in the order of the given vocabulary, else sorted by their tokens'
  /// bytes, as scikit-learn's CountVectorizer does; or by hash. `settings.text`
  /// must be what the documents were counted with. The same for any number of
  /// threads. Throws InputError where no feature remains.
  static Vectorizer fit(const CountedDocuments &documents,
                        const VectorizerSettings &settings,
                        const GivenTerms &given, std::int64_t threads,
                        std::optional<std::span<const std::size_t>> rows = {});
  /// As stored in a data set or weights file. Throws InputError.
  static Vectorizer load(const SafetensorsFile &file);

  /// The same with the columns `kept` alone (rising, at least one), as if it
  /// had been learned with no others. Throws InputError where columns are not
  /// chosen one by one: hashes, and dimensions of embeddings.
  Vectorizer withFeatures(std::span<const std::int32_t> kept) const;

  const VectorizerSettings &settings() const;
  /// Whether it takes texts rather than columns of LIBSVM files.
  bool isText() const;
  /// Whether its rows are dense.
  bool isDense() const;
  /// Columns of what `transform` returns.
  std::int64_t features() const;
  /// The features' names (of embeddings: the words), in order, LF after each;
  /// empty where they are not known.
  const std::string &vocabulary() const;

  /// LIBSVM input. Values of columns that were not picked, or not known when it
  /// was learned, are dropped; a row may become empty.
  SparseRows transform(const SparseRows &rows) const;
  /// The counted documents `rows` (rising; not given: all). Counted in the
  /// same way as those that it was learned from.
  FeatureRows
  transform(const CountedDocuments &documents, std::int64_t threads,
            std::optional<std::span<const std::size_t>> rows = {}) const;
  /// Reads the source to its end; memory is that of the result.
  FeatureRows transform(DocumentSource &source, std::int64_t threads) const;

  /// Turns one text after another into a row: what `predict --text` uses. The
  /// same bits as the rows above. One for each thread; refers to the
  /// vectorizer, which must outlive it and not move.
  class Session {
  public:
    explicit Session(const Vectorizer &vectorizer);
    ~Session();
    Session(const Session &) = delete;
    /// What rows can be appended to.
    FeatureRows emptyRows() const;
    /// Appends one row to `rows`, which emptyRows made.
    void transform(std::string_view text, double label, FeatureRows &rows);

  private:
    struct State;
    std::unique_ptr<State> state_;
  };

  /// A text's tokens, and its terms that are features: what explanations tell
  /// words by. Throws InputError where its features are not of texts.
  TracedText trace(std::string_view text) const;

  /// Adds what the class comment lists. Its bytes belong to this object.
  void store(SafetensorsContents &contents) const;

private:
  std::unique_ptr<LearnedFeatures> learned_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_VECTORIZER_H
