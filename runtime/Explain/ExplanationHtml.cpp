//===- ExplanationHtml.cpp - Explanations on a page -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/ExplanationText.h"
#include "Explain/PrintedParts.h"
#include "Report/Html.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

/// How dark a part is: its share of the largest.
static std::string shade(double part, double largest) {
  const double share = largest > 0 ? std::abs(part) / largest : 0;
  return fmt::format("background: rgba({}, {:.2f})",
                     part > 0 ? "46, 160, 67" : "218, 54, 51",
                     0.65 * std::min(share, 1.0));
}

/// The text with its known words shaded; a sign behind those that count, for
/// readers who tell no colours apart.
static std::string shadedText(const Explanation &explanation,
                              std::string_view text,
                              const PrintedParts &parts) {
  double largest = 0;
  for (const ExplainedWord &word : explanation.words)
    largest = std::max(largest, std::abs(word.part));
  std::size_t copied = 0;
  std::string html = "<p style=\"white-space: pre-wrap\">";
  for (std::size_t number = 0; number < explanation.words.size(); ++number) {
    const ExplainedWord &word = explanation.words[number];
    if (word.place.begin < copied || !word.isKnown)
      continue;
    html += escapeHtml(text.substr(copied, word.place.begin - copied));
    const std::string spelled = escapeHtml(
        text.substr(word.place.begin, word.place.end - word.place.begin));
    const std::string part = parts.text(parts.ofWord(number));
    const bool isTold = std::abs(word.part) >= 0.25 * largest && largest > 0;
    html += fmt::format(
        "<span style=\"{}\" title=\"{}\" data-part=\"{}\">{}{}</span>",
        shade(word.part, largest), part, word.part, spelled,
        isTold ? (word.part > 0 ? "<sup>+</sup>" : "<sup>\xE2\x88\x92</sup>")
               : "");
    copied = word.place.end;
  }
  return html + escapeHtml(text.substr(copied)) + "</p>\n";
}

static std::string unitTable(const Explanation &explanation,
                             const PrintedParts &parts, std::size_t top) {
  std::string html =
      "<table>\n<tr><th>part</th><th>of</th><th>value</th></tr>\n";
  const std::size_t told = std::min(top, explanation.units.size());
  for (std::size_t unit = 0; unit < told; ++unit) {
    const ExplainedUnit &own = explanation.units[unit];
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        parts.text(parts.ofUnit(unit)), escapeHtml(own.name),
                        escapeHtml(own.value));
  }
  if (told < explanation.units.size())
    html += fmt::format("<tr><td>{}</td><td>{} others</td><td></td></tr>\n",
                        parts.text(parts.ofUnitsFrom(told)),
                        explanation.units.size() - told);
  return html + "</table>\n";
}

static std::string sumParagraph(const Explanation &explanation,
                                const PrintedParts &parts) {
  if (explanation.method != ExplainMethod::Path)
    return fmt::format("<p>baseline {}, score {}</p>\n",
                       parts.text(parts.baseline()), parts.text(parts.score()));
  return fmt::format("<p>baseline {} + parts {}{} = score {}</p>\n",
                     parts.text(parts.baseline()), parts.text(parts.sum()),
                     parts.gap() != 0 ? " + gap " + parts.text(parts.gap())
                                      : "",
                     parts.text(parts.score()));
}

std::string explanationHtml(const Explanation &explanation,
                            std::string_view text,
                            const ExplanationStyle &style) {
  const PrintedParts parts(explanation);
  std::string html = fmt::format(
      "<p><b>{}</b>{}</p>\n", escapeHtml(explanation.answer),
      explanation.probability
          ? fmt::format(", probability {:.4f}", *explanation.probability)
          : "");
  if (!explanation.words.empty())
    html += shadedText(explanation, text, parts);
  html += unitTable(explanation, parts, style.top);
  html += sumParagraph(explanation, parts);
  if (explanation.flip) {
    std::string names;
    for (std::size_t unit : explanation.flip->units)
      names += (names.empty() ? "" : ", ") + explanation.units[unit].name;
    html += fmt::format("<p>Without {} it is {}.</p>\n", escapeHtml(names),
                        escapeHtml(explanation.flip->answer));
  }
  return html;
}

} // namespace mlc::runtime
