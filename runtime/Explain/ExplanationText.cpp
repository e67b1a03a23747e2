//===- ExplanationText.cpp - Explanations for people ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/ExplanationText.h"

#include "Explain/PrintedParts.h"
#include "System/Terminal.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace mlc::runtime {

const char *const stabilityNote =
    "Parts say what this network used, not what is true. They are less certain "
    "than the answer: networks of other seeds agree on the order of a review's "
    "words to a rank correlation of about 0.9 (IMDB), and on four of the five "
    "largest.";

static constexpr const char *green = "\033[32m", *red = "\033[31m",
                            *bold = "\033[1m", *plain = "\033[0m";

static std::string colored(const std::string &shown, double part,
                           const ExplanationStyle &style) {
  if (!style.hasColor || part == 0)
    return shown;
  return fmt::format("{}{}{}", part > 0 ? green : red, shown, plain);
}

static std::string headline(const Explanation &explanation,
                            const ExplanationStyle &style) {
  std::string line =
      style.hasColor ? fmt::format("{}{}{}", bold,
                                   withoutControls(explanation.answer), plain)
                     : withoutControls(explanation.answer);
  if (explanation.probability)
    line += fmt::format(", probability {:.4f}", *explanation.probability);
  if (!explanation.name.empty())
    line += fmt::format("; explained: {}", withoutControls(explanation.name));
  if (!explanation.meaning.empty())
    line +=
        fmt::format("; + speaks for {}", withoutControls(explanation.meaning));
  return line + "\n";
}

static std::string markedText(const Explanation &explanation,
                              std::string_view text, const PrintedParts &parts,
                              const ExplanationStyle &style) {
  std::set<std::string_view> told;
  for (std::size_t unit = 0;
       unit < std::min(style.top, explanation.units.size()); ++unit)
    told.insert(explanation.units[unit].name);
  std::string shown;
  std::size_t copied = 0;
  for (std::size_t number = 0; number < explanation.words.size(); ++number) {
    const ExplainedWord &word = explanation.words[number];
    if (!word.isKnown || !told.contains(word.place.token) ||
        word.place.begin < copied)
      continue;
    shown += withoutControls(text.substr(copied, word.place.begin - copied));
    shown += colored(withoutControls(text.substr(
                         word.place.begin, word.place.end - word.place.begin)) +
                         fmt::format("({})", parts.text(parts.ofWord(number))),
                     word.part, style);
    copied = word.place.end;
  }
  return shown + withoutControls(text.substr(copied)) + "\n";
}

static std::string unitLines(const Explanation &explanation,
                             const PrintedParts &parts,
                             const ExplanationStyle &style) {
  std::string lines;
  const std::size_t told = std::min(style.top, explanation.units.size());
  for (std::size_t unit = 0; unit < told; ++unit) {
    const ExplainedUnit &own = explanation.units[unit];
    std::string name = withoutControls(own.name);
    if (!own.value.empty())
      name += " = " + withoutControls(own.value);
    if (own.count > 1)
      name += fmt::format(" ({} times)", own.count);
    lines +=
        colored(fmt::format("{:>12}  {}", parts.text(parts.ofUnit(unit)), name),
                own.part, style) +
        "\n";
  }
  if (told < explanation.units.size())
    lines +=
        fmt::format("{:>12}  {} others\n", parts.text(parts.ofUnitsFrom(told)),
                    explanation.units.size() - told);
  return lines;
}

static std::string sumLine(const Explanation &explanation,
                           const PrintedParts &parts) {
  if (explanation.method != ExplainMethod::Path)
    return fmt::format("baseline {}, score {}; parts of this method do not add "
                       "up to the score\n",
                       parts.text(parts.baseline()), parts.text(parts.score()));
  std::string line =
      fmt::format("baseline {} + parts {}", parts.text(parts.baseline()),
                  parts.text(parts.sum()));
  if (parts.gap() != 0)
    line += fmt::format(" + gap {}", parts.text(parts.gap()));
  line += fmt::format(" = score {}", parts.text(parts.score()));
  if (explanation.points > 0)
    line += fmt::format("  ({} points of the path)", explanation.points);
  return line + "\n";
}

static std::string unknownLine(const Explanation &explanation) {
  if (explanation.words.empty())
    return "";
  std::string line =
      fmt::format("{} of {} words are unknown", explanation.unknownCount,
                  explanation.words.size());
  std::set<std::string> shown;
  for (const ExplainedWord &word : explanation.words)
    if (!word.isKnown && shown.size() < 8 &&
        shown.insert(word.place.token).second)
      line +=
          (shown.size() == 1 ? ": " : ", ") + withoutControls(word.place.token);
  return line + "\n";
}

static std::string flipLine(const Explanation &explanation) {
  if (!explanation.wasFlipSought)
    return "";
  if (!explanation.flip)
    return "no removal that was tried changes the answer\n";
  std::string names;
  for (std::size_t unit : explanation.flip->units)
    names += (names.empty() ? "" : ", ") +
             withoutControls(explanation.units[unit].name);
  return fmt::format(
      "without {} it is {}{}\n", names,
      withoutControls(explanation.flip->answer),
      explanation.flip->isFewest ? "" : "; fewer may do, which were not tried");
}

std::string explanationText(const Explanation &explanation,
                            std::string_view text,
                            const ExplanationStyle &style,
                            const Explanation *other,
                            std::string_view otherName) {
  const PrintedParts parts(explanation);
  std::string shown = headline(explanation, style);
  if (!explanation.words.empty())
    shown += markedText(explanation, text, parts, style);
  shown += unitLines(explanation, parts, style);
  shown += sumLine(explanation, parts);
  shown += unknownLine(explanation);
  shown += flipLine(explanation);
  if (other) {
    shown += fmt::format("{} says {}, score {:+.3f}", otherName,
                         withoutControls(other->answer), other->score);
    const std::vector<std::string> names = differentSigns(explanation, *other);
    std::string list;
    for (const std::string &name : names)
      list += (list.empty() ? "" : ", ") + withoutControls(name);
    shown += names.empty() ? "; no part has another sign there\n"
                           : "; of another sign there: " + list + "\n";
  }
  return shown;
}

} // namespace mlc::runtime
