//===- ModelCard.cpp - What is known of a model, for who uses it ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/ModelCard.h"

#include "Audit/CardText.h"
#include "Audit/TextLines.h"
#include "Error.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

namespace json = boost::json;

const std::vector<std::pair<const char *, const char *>> &
ProviderNotes::names() {
  static const std::vector<std::pair<const char *, const char *>> names = {
      {"description", "what the model is"},
      {"provider", "who answers for it"},
      {"contact", "where to ask"},
      {"license", "an SPDX identifier"},
      {"language", "of texts, as en"},
      {"intended_use", "what it is for, and for whom"},
      {"out_of_scope", "what it is not for"},
      {"factors", "groups and circumstances that may matter"},
      {"training_data", "where the training data come from, by what right"},
      {"evaluation_data", "the same of the test set"},
      {"labelling", "who labelled them, by which rules"},
      {"ethics", "risks and harms, and what was done"},
      {"caveats", "what to know before use"},
      {"version", "its version, and what it replaces"},
      {"offered_as", "a service, a page, a download"},
      {"application", "the field that it is used in"},
      {"algorithm_type", "its kind, as China's filing names it"},
      {"hardware", "what it is to run on"},
      {"instructions", "the instructions for use, and its interface"},
      {"metrics", "why these figures are the right ones"},
      {"oversight", "what people check, and how they stop it"},
      {"risks", "what can go wrong, and what was done"},
      {"security", "measures against attacks"},
      {"changes", "what was changed, and will be"},
      {"standards", "that were applied"},
      {"declaration", "where the declaration of conformity is"},
      {"monitoring", "how it is watched in use"},
      {"responsible", "who tested it and signs for it"}};
  return names;
}

ProviderNotes ProviderNotes::parse(const std::string &path,
                                   std::string_view text) {
  std::string known;
  for (const auto &[name, meaning] : names())
    known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object())
    throw InputError(fmt::format("{}: expected an object of JSON with texts "
                                 "by these names: {}",
                                 path, known));
  ProviderNotes notes;
  for (const auto &[key, entry] : value.get_object()) {
    const std::string name(key);
    if (std::ranges::none_of(
            names(), [&](const auto &pair) { return name == pair.first; }))
      throw InputError(
          fmt::format("{}: {:?} is not known; expected {}", path, name, known));
    if (!entry.is_string())
      throw InputError(fmt::format("{}: expected a text as {:?}", path, name));
    notes.texts_[name] = std::string(entry.get_string());
  }
  return notes;
}

std::string ProviderNotes::of(const std::string &name) const {
  const auto found = texts_.find(name);
  return found == texts_.end() ? notStated : found->second;
}

std::string cardNumber(double value) { return fmt::format("{:.4g}", value); }

/// As YAML has a text: JSON's form is one of its own.
static std::string yamlText(std::string_view text) {
  return json::serialize(json::string(text));
}

static std::string yamlHead(const ModelCard &card) {
  std::string yaml =
      fmt::format("---\nlibrary_name: mlc\npipeline_tag: {}\n", card.task);
  for (const char *name : {"license", "language"})
    if (card.notes.has(name))
      yaml += fmt::format("{}: {}\n", name, yamlText(card.notes.of(name)));
  if (card.record) {
    const auto files = card.record->sourcesOf("data");
    if (!files.empty())
      yaml += "datasets:\n";
    for (const RecordedFile *data : files)
      yaml += fmt::format("- {}\n", yamlText(data->name));
  }
  if (card.test) {
    yaml += "metrics:\n";
    for (const Figure &figure : card.test->slices.front().figures)
      yaml += fmt::format("- {}\n", figure.name);
    yaml +=
        fmt::format("model-index:\n- name: {}\n  results:\n  - task:\n"
                    "      type: {}\n    dataset:\n      name: {}\n"
                    "      type: mlc.dataset\n      split: test\n"
                    "    metrics:\n",
                    yamlText(card.name), card.task, yamlText(card.test->name));
    for (const Figure &figure : card.test->slices.front().figures)
      if (std::isfinite(figure.value))
        yaml += fmt::format("    - type: {}\n      value: {}\n", figure.name,
                            cardNumber(figure.value));
  }
  return yaml + "---\n";
}

static std::string detailsText(const ModelCard &card) {
  std::string text = cardFact("Provider", card.notes.of("provider"));
  text += cardFact("Contact", card.notes.of("contact"));
  text += cardFact("License", card.notes.of("license"));
  text += cardFact("Weights", filePhrase(&card.weights));
  text += cardFact("Program", programPhrase(card));
  text += cardFact("Compiler",
                   fmt::format("{}, for {}", card.compiler, card.target));
  text += cardFact("Parameters", std::to_string(card.parameters));
  text += cardFact("Input", card.input) + cardFact("Output", card.output);
  return text + fmt::format("\n```\n{}```\n", card.architecture);
}

static std::string trainingText(const ModelCard &card) {
  std::string text = cardFact("Source", card.notes.of("training_data"));
  text += cardFact("Labelling", card.notes.of("labelling"));
  text += cardFact("File", dataPhrase(card));
  if (card.record && card.record->source("earlier run"))
    text += cardFact("Goes on from", earlierRunPhrase(*card.record));
  text += cardFact("Steps", stepsPhrase(card));
  text += cardFact("Options", optionsPhrase(card));
  text += cardFact("Finished", card.record ? card.record->finished : notStated);
  text += cardFact("Seconds", secondsPhrase(card));
  text += cardFact("Multiplications", multiplicationsPhrase(card));
  text += cardFact("Energy in joules, of the machine's processors",
                   joulesPhrase(card));
  if (card.record)
    text += "\n`verify WEIGHTS --retrain --data FILE` proves that this program "
            "makes these weights of that file.\n";
  return text;
}

std::string ModelCard::markdown() const {
  std::string text = yamlHead(*this);
  const auto section = [&](const char *title, const std::string &body) {
    text += fmt::format("\n## {}\n{}{}", title, body,
                        body.ends_with('\n') ? "" : "\n");
  };
  text += fmt::format("\n# {}\n{}\n", name, notes.of("description"));
  section("Model details", detailsText(*this));
  section("Intended use", cardFact("For", notes.of("intended_use")) +
                              cardFact("Not for", notes.of("out_of_scope")));
  section("Factors", notes.of("factors"));
  section("Metrics",
          test ? figuresPhrase(*this) + ": as `PROGRAM eval` names them."
               : notStated);
  section("Evaluation data", cardFact("Source", notes.of("evaluation_data")) +
                                 cardFact("File", testPhrase(*this)));
  section("Training data", trainingText(*this));
  section("Quantitative analyses", test ? slicesText(*test) : notStated);
  section("Ethical considerations", notes.of("ethics"));
  section("Caveats and recommendations", notes.of("caveats"));
  return text;
}

std::string cardDifference(const std::string &path, std::string_view card,
                           std::string_view again) {
  for (int number = 1; !card.empty() || !again.empty(); ++number) {
    const auto said = takeLine(card), made = takeLine(again);
    if (said && made && *said == *made)
      continue;
    if (!said && !made && card == again)
      break;
    return fmt::format("{}:{}: says {:?}, but made anew it is {:?}", path,
                       number, said.value_or(card), made.value_or(again));
  }
  return "";
}

} // namespace mlc::runtime
