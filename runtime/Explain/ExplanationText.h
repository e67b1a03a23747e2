//===- ExplanationText.h - Explanations for people and programs -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_EXPLANATIONTEXT_H
#define MLC_RUNTIME_EXPLAIN_EXPLANATIONTEXT_H

#include "Explain/Explanation.h"
#include "Report/Figures.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mlc::runtime {

struct ExplanationStyle {
  std::size_t top = 10; ///< Units that are told each for itself.
  bool hasColor = false;
};

/// How alike explanations by networks of other seeds are, for people.
extern const char *const stabilityNote;

/// Several lines for a terminal: the answer, a text with its largest parts
/// behind the words, units with their parts, and baseline + parts = score,
/// which adds up as it is printed. Characters that would steer a terminal are
/// shown as spaces. `other` is an explanation of the same row by other weights,
/// which are called `otherName`.
std::string explanationText(const Explanation &explanation,
                            std::string_view text,
                            const ExplanationStyle &style,
                            const Explanation *other = nullptr,
                            std::string_view otherName = "");

/// A JSON object on a line, with all digits: row, id (JSON) if it is not empty,
/// answer, probability, output (where there are several), method, baseline,
/// score, gap, points; of a text `words` (word, token, begin, end, part, known)
/// and `unknown`, of others `columns` (name, value, part); flip (without,
/// answer, score, fewest) or null; against.
std::string explanationJson(const Explanation &explanation,
                            std::string_view text, std::int64_t row,
                            std::string_view id,
                            const Explanation *other = nullptr);

/// A piece of HTML: a text whose words are shaded, and a table of units.
std::string explanationHtml(const Explanation &explanation,
                            std::string_view text,
                            const ExplanationStyle &style);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_EXPLANATIONTEXT_H
