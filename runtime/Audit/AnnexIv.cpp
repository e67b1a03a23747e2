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

/// A point of the Annex with what answers it.
class Outline {
public:
  explicit Outline(std::string head) : text_(std::move(head)) {}

  void section(int number, std::string_view title) {
    text_ += fmt::format("\n## {}. {}\n", number, title);
  }
  void fact(std::string_view name, std::string_view value) {
    text_ += cardFact(name, value);
  }
  void block(std::string_view text) { text_ += text; }
  std::string take() { return std::move(text_); }

private:
  std::string text_;
};

void addDescription(const ModelCard &card, Outline &outline) {
  outline.section(1, "General description");
  outline.fact("(a) Intended purpose", card.notes.of("intended_use"));
  outline.fact("(a) Provider", card.notes.of("provider"));
  outline.fact("(a) Version, and what it replaces", card.notes.of("version"));
  outline.fact("(a) Weights", filePhrase(&card.weights));
  outline.fact("(b) Interaction with other systems",
               fmt::format("takes {} and gives {}", card.input, card.output));
  outline.fact("(c) Software", fmt::format("compiled by {}; program {}",
                                           card.compiler, programPhrase(card)));
  outline.fact("(d) Forms in which it is offered", card.notes.of("offered_as"));
  outline.fact("(e) Hardware",
               fmt::format("x86-64 CPU, code for {}; {}", card.target,
                           card.notes.of("hardware")));
  outline.fact("(f) Products that it is a part of", notStated);
  outline.fact("(g), (h) User interface, instructions for use",
               card.notes.of("instructions"));
}

void addDevelopment(const ModelCard &card, Outline &outline) {
  outline.section(2, "Elements, and how they were developed");
  outline.fact("(a) Method",
               fmt::format("supervised training, {} steps; {}",
                           stepsPhrase(card), optionsPhrase(card)));
  outline.fact("(a) Models of others or from earlier", earlierPhrase(card));
  outline.fact("(b) Logic and design", fmt::format("{}, {} parameters; below",
                                                   card.task, card.parameters));
  outline.fact("(b) Design choices, assumptions, trade-offs",
               card.notes.of("description"));
  outline.fact("(c) Computing resources",
               fmt::format("seconds: {}; multiplications: {}; joules of the "
                           "processors: {}",
                           secondsPhrase(card), multiplicationsPhrase(card),
                           joulesPhrase(card)));
  outline.fact("(d) Training data", dataPhrase(card));
  outline.fact("(d) Rows that were learned", rowsPhrase(card));
  outline.fact("(d) Provenance, scope, how they were chosen",
               card.notes.of("training_data"));
  outline.fact("(d) Labelling", card.notes.of("labelling"));
  outline.fact("(e) Human oversight", card.notes.of("oversight"));
  outline.fact("(e) Interpretation of outputs",
               "`PROGRAM explain` gives the part of each word or column");
  outline.fact("(f) Changes that are foreseen", card.notes.of("changes"));
  outline.fact("(g) Test data", testPhrase(card));
  outline.fact("(g) Their source", card.notes.of("evaluation_data"));
  outline.fact("(g) Metrics", figuresPhrase(card));
  outline.fact("(g) Signed by", card.notes.of("responsible"));
  outline.fact("(h) Cybersecurity", card.notes.of("security"));
  outline.block(fmt::format("\n```\n{}```\n", card.architecture));
}

void addFunctioning(const ModelCard &card, Outline &outline) {
  outline.section(3, "Monitoring, functioning and control");
  outline.fact("Limitations", card.notes.of("caveats"));
  outline.fact("Not for", card.notes.of("out_of_scope"));
  outline.fact("Groups of persons that may matter", card.notes.of("factors"));
  outline.fact("Unintended outcomes, risks to rights", card.notes.of("ethics"));
  outline.fact("Human oversight", card.notes.of("oversight"));
  outline.fact("Specification of input", card.input);
  outline.fact("Accuracy, of all and of some", card.test ? "below" : notStated);
  if (card.test)
    outline.block("\n" + slicesText(*card.test));
}

void addRest(const ModelCard &card, Outline &outline) {
  const auto add = [&](int number, const char *title, const char *note) {
    outline.section(number, title);
    outline.block(card.notes.of(note) + "\n");
  };
  add(4, "Why these metrics are appropriate", "metrics");
  add(5, "Risk management system (Article 9)", "risks");
  add(6, "Changes through the lifecycle", "changes");
  add(7, "Harmonised standards and other specifications", "standards");
  add(8, "EU declaration of conformity (Article 47)", "declaration");
  add(9, "Post-market monitoring (Article 72)", "monitoring");
}

} // namespace

std::string ModelCard::annexIv() const {
  Outline outline(fmt::format(
      "# Technical documentation of {}\n"
      "By the outline of Annex IV of Regulation (EU) 2024/1689. What the "
      "provider has not said is marked so; `--check` makes the rest anew.\n",
      name));
  addDescription(*this, outline);
  addDevelopment(*this, outline);
  addFunctioning(*this, outline);
  addRest(*this, outline);
  return outline.take();
}

} // namespace mlc::runtime
