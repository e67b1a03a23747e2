//===- TextExplainer.h - Explains the words of texts ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_TEXTEXPLAINER_H
#define MLC_RUNTIME_EXPLAIN_TEXTEXPLAINER_H

#include "Explain/Explanation.h"
#include "Text/Vectorizer.h"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace mlc::runtime {

struct ExplainSettings {
  ExplainMethod method = ExplainMethod::Path;
  /// The explained output; by toldColumn where it is not given.
  std::optional<std::int64_t> column;
  bool seeksFlip = true;
};

/// Explains texts by their words. A feature's part goes in equal shares to its
/// places in the text, and of a place to the words that the feature's term has
/// characters of. Not for use from several threads at once.
class TextExplainer {
public:
  /// Throws InputError where the program cannot explain, or the features are
  /// not those of texts. All that is given must outlive it.
  TextExplainer(Explainer &explainer, const Vectorizer &vectorizer,
                const OutputTerms &terms, ExplainSettings settings);

  Explanation explain(std::string_view text);

private:
  /// Texts without some words, each a row.
  std::vector<float>
  predictWithout(std::string_view text, const TracedText &traced,
                 const std::vector<std::vector<std::size_t>> &unitTokens,
                 std::span<const std::vector<std::size_t>> lists);
  InputRows inputOf(const FeatureRows &rows) const;
  void shareOut(const FeatureRows &row, std::span<const double> parts,
                const TracedText &traced, Explanation &result) const;

  Explainer &explainer_;
  const Vectorizer &vectorizer_;
  const OutputTerms &terms_;
  ExplainSettings settings_;
  Vectorizer::Session session_;
  std::vector<ExplainedOutput> outputs_; ///< Of each column.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_TEXTEXPLAINER_H
