//===- TextExplainer.h - Explains texts by their words ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_TEXTEXPLAINER_H
#define MLC_RUNTIME_EXPLAIN_TEXTEXPLAINER_H

#include "Explain/UnitExplainer.h"
#include "Text/Vectorizer.h"

#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Explains texts by their words. A feature's part goes in equal shares to its
/// places in the text, and of a place to the words that the feature's term has
/// characters of. Words are left out by blanking out all of their places, so
/// that lengths and n-grams are made anew. Not for use from several threads at
/// once.
class TextExplainer {
public:
  /// Throws InputError where the features are not those of texts, or have no
  /// parts by this method. All that is given must outlive it.
  TextExplainer(Explainer &explainer, const Vectorizer &vectorizer,
                const OutputTerms &terms, ExplainSettings settings);

  Explanation explain(std::string_view text);

private:
  RowOfData rowOfText(std::string_view text);
  static void shareOut(const RowOfData &row, std::span<const double> parts,
                       const TracedText &traced, Explanation &result);

  UnitExplainer explainer_;
  const Vectorizer &vectorizer_;
  Vectorizer::Session session_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_TEXTEXPLAINER_H
