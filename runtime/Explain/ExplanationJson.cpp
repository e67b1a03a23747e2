//===- ExplanationJson.cpp - Explanations for programs --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/ExplanationText.h"

#include <fmt/format.h>
#include <iterator>

namespace mlc::runtime {

static const char *methodName(ExplainMethod method) {
  for (const auto &[name, known] : explainMethodNames)
    if (known == method)
      return name;
  return "";
}

static void appendWords(fmt::memory_buffer &out, const Explanation &explanation,
                        std::string_view text) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, ", \"words\": [");
  const char *separator = "";
  for (const ExplainedWord &word : explanation.words) {
    const PlacedToken &place = word.place;
    fmt::format_to(
        to,
        "{}{{\"word\": {}, \"token\": {}, \"begin\": {}, \"end\": {}, "
        "\"part\": {}, \"known\": {}}}",
        separator, jsonText(text.substr(place.begin, place.end - place.begin)),
        jsonText(place.token), place.begin, place.end, word.part, word.isKnown);
    separator = ", ";
  }
  fmt::format_to(to, "], \"unknown\": {}", explanation.unknownCount);
}

static void appendUnits(fmt::memory_buffer &out,
                        const Explanation &explanation) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, ", \"columns\": [");
  const char *separator = "";
  for (const ExplainedUnit &unit : explanation.units) {
    fmt::format_to(to, "{}{{\"name\": {}, \"value\": {}, \"part\": {}}}",
                   separator, jsonText(unit.name), jsonText(unit.value),
                   unit.part);
    separator = ", ";
  }
  fmt::format_to(to, "]");
}

static void appendFlip(fmt::memory_buffer &out,
                       const Explanation &explanation) {
  const auto to = std::back_inserter(out);
  if (!explanation.flip) {
    fmt::format_to(to, ", \"flip\": null");
    return;
  }
  fmt::format_to(to, ", \"flip\": {{\"without\": [");
  const char *separator = "";
  for (std::size_t unit : explanation.flip->units) {
    fmt::format_to(to, "{}{}", separator,
                   jsonText(explanation.units[unit].name));
    separator = ", ";
  }
  fmt::format_to(to, "], \"answer\": {}, \"score\": {}, \"fewest\": {}}}",
                 jsonText(explanation.flip->answer), explanation.flip->score,
                 explanation.flip->isFewest);
}

std::string explanationJson(const Explanation &explanation,
                            std::string_view text, std::int64_t row,
                            std::string_view id, const Explanation *other) {
  fmt::memory_buffer out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "{{\"row\": {}, ", row);
  if (!id.empty())
    fmt::format_to(to, "\"id\": {}, ", id);
  fmt::format_to(to, "\"answer\": {}", jsonText(explanation.answer));
  if (explanation.probability)
    fmt::format_to(to, ", \"probability\": {}", *explanation.probability);
  if (!explanation.name.empty())
    fmt::format_to(to, ", \"output\": {}", jsonText(explanation.name));
  fmt::format_to(to,
                 ", \"method\": \"{}\", \"baseline\": {}, \"score\": {}, "
                 "\"gap\": {}, \"points\": {}",
                 methodName(explanation.method), explanation.baseline,
                 explanation.score, explanation.gap, explanation.points);
  if (explanation.words.empty() && text.empty())
    appendUnits(out, explanation);
  else
    appendWords(out, explanation, text);
  appendFlip(out, explanation);
  if (other) {
    fmt::format_to(to,
                   ", \"against\": {{\"answer\": {}, \"score\": {}, "
                   "\"other_sign\": [",
                   jsonText(other->answer), other->score);
    const char *separator = "";
    for (const std::string &name : differentSigns(explanation, *other)) {
      fmt::format_to(to, "{}{}", separator, jsonText(name));
      separator = ", ";
    }
    fmt::format_to(to, "]}}");
  }
  fmt::format_to(to, "}}\n");
  return std::string(out.data(), out.size());
}

} // namespace mlc::runtime
