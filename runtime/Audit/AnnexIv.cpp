//===- AnnexIv.cpp - A model by the outline of the EU AI Act --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/CardText.h"

#include <fmt/format.h>

namespace mlc::runtime {

namespace {

using Card = const ModelCard &;

constexpr CardPoint description[] = {
    {"(a) Intended purpose", "intended_use", nullptr},
    {"(a) Provider", "provider", nullptr},
    {"(a) Version, and what it replaces", "version", nullptr},
    {"(a) Weights", nullptr,
     [](Card card) { return filePhrase(&card.weights); }},
    {"(b) Interaction with other systems", nullptr,
     [](Card card) {
       return fmt::format("takes {} and gives {}", card.input, card.output);
     }},
    {"(c) Compiler", nullptr, [](Card card) { return card.compiler; }},
    {"(c) Program", nullptr, programPhrase},
    {"(d) Forms in which it is offered", "offered_as", nullptr},
    {"(e) Hardware", "hardware", nullptr},
    {"(e) Code for", nullptr, [](Card card) { return card.target; }},
    {"(f) Products that it is a part of", nullptr,
     [](Card) { return std::string(notStated); }},
    {"(g), (h) User interface, instructions for use", "instructions", nullptr},
};

constexpr CardPoint development[] = {
    {"(a) Method", nullptr,
     [](Card card) { return "supervised training, " + optionsPhrase(card); }},
    {"(a) Steps", nullptr, stepsPhrase},
    {"(a) Models of others or from earlier", nullptr, earlierPhrase},
    {"(b) Logic and design, below", nullptr,
     [](Card card) {
       return fmt::format("{}, {} parameters", card.task, card.parameters);
     }},
    {"(b) Design choices, assumptions, trade-offs", "description", nullptr},
    {"(c) Computing resources: seconds", nullptr, secondsPhrase},
    {"(c) Multiplications", nullptr, multiplicationsPhrase},
    {"(c) Energy in joules, of the machine's processors", nullptr,
     joulesPhrase},
    {"(d) Training data", nullptr, dataPhrase},
    {"(d) Rows that were learned", nullptr, rowsPhrase},
    {"(d) Provenance, scope, how they were chosen", "training_data", nullptr},
    {"(d) Labelling", "labelling", nullptr},
    {"(e) Human oversight", "oversight", nullptr},
    {"(e) Interpretation of outputs", nullptr,
     [](Card) {
       return std::string(
           "`PROGRAM explain` gives the part of each word or column");
     }},
    {"(f) Changes that are foreseen", "changes", nullptr},
    {"(g) Test data", nullptr, testPhrase},
    {"(g) Their source", "evaluation_data", nullptr},
    {"(g) Metrics", nullptr, figuresPhrase},
    {"(g) Signed by", "responsible", nullptr},
    {"(h) Cybersecurity", "security", nullptr},
};

constexpr CardPoint functioning[] = {
    {"Limitations", "caveats", nullptr},
    {"Not for", "out_of_scope", nullptr},
    {"Groups of persons that may matter", "factors", nullptr},
    {"Unintended outcomes, risks to rights", "ethics", nullptr},
    {"Human oversight", "oversight", nullptr},
    {"Specification of input", nullptr, [](Card card) { return card.input; }},
    {"Accuracy, of all and of some", nullptr,
     [](Card card) { return std::string(card.test ? "below" : notStated); }},
};

/// The sections that are one note each.
constexpr std::pair<const char *, const char *> rest[] = {
    {"4. Why these metrics are appropriate", "metrics"},
    {"5. Risk management system (Article 9)", "risks"},
    {"6. Changes through the lifecycle", "changes"},
    {"7. Harmonised standards and other specifications", "standards"},
    {"8. EU declaration of conformity (Article 47)", "declaration"},
    {"9. Post-market monitoring (Article 72)", "monitoring"},
};

} // namespace

std::string ModelCard::annexIv() const {
  std::string text = fmt::format(
      "# Technical documentation of {}\n"
      "By the outline of Annex IV of Regulation (EU) 2024/1689. What the "
      "provider has not said is marked so; `--check` makes the rest anew.\n",
      name);
  text += outlineText(*this, "1. General description", description);
  text += outlineText(*this, "2. Elements, and how they were developed",
                      development);
  text += fmt::format("\n```\n{}```\n", architecture);
  text +=
      outlineText(*this, "3. Monitoring, functioning and control", functioning);
  if (test)
    text += "\n" + slicesText(*test);
  for (const auto &[title, note] : rest)
    text += fmt::format("\n## {}\n{}\n", title, notes.of(note));
  return text;
}

} // namespace mlc::runtime
