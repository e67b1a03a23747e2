//===- Prediction.cpp - What a row's outputs mean -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Prediction.h"

#include "Program/KeptAnswers.h"

#include <boost/json.hpp>
#include <cmath>
#include <iterator>
#include <string_view>

namespace mlc::runtime {

namespace {

/// What one row's outputs mean. `labels` has one entry a column where outputs
/// are binary and the class of each place where they are classes.
struct Meaning {
  std::vector<double> probabilities;
  std::vector<std::int64_t> labels;
};

Meaning meaningOf(const MlcProgram &program, std::span<const float> outputs,
                  const Decision &decision) {
  const Task task = taskOf(program);
  Meaning meaning;
  const auto columns = std::size_t(columnsOfPlace(program));
  for (std::size_t first = 0; first < outputs.size(); first += columns) {
    const auto own = outputs.subspan(first, columns);
    const auto more = probabilitiesOf(task, own, decision.temperature);
    meaning.probabilities.insert(meaning.probabilities.end(), more.begin(),
                                 more.end());
    if (task == Task::MultiClass)
      meaning.labels.push_back(classTold(own, decision));
  }
  if (task != Task::MultiClass && task != Task::Regression)
    for (std::size_t column = 0; column < outputs.size(); ++column)
      meaning.labels.push_back(isTold(outputs[column], column, decision));
  return meaning;
}

using Text = fmt::memory_buffer;

void append(Text &text, std::string_view part) { text.append(part); }

/// What is not finite has no number in JSON and becomes null.
template <typename Number>
void appendNumber(Text &text, Number number) {
  if (std::isfinite(double(number)))
    fmt::format_to(std::back_inserter(text), "{}", number);
  else
    append(text, "null");
}

/// `[1, 2]`
template <typename Numbers>
void appendArray(Text &text, const Numbers &numbers) {
  const char *separator = "[";
  for (auto number : numbers) {
    append(text, separator);
    appendNumber(text, number);
    separator = ", ";
  }
  append(text, "]");
}

} // namespace

PredictionWriter::PredictionWriter(const MlcProgram &program, OutputTerms terms)
    : program_(program), terms_(std::move(terms)) {
  for (const std::string &name : terms_.names)
    quoted_.push_back(boost::json::serialize(boost::json::value(name)));
}

const std::string *PredictionWriter::nameOf(std::int64_t number) const {
  const auto at = std::size_t(number);
  return at < terms_.names.size() ? &terms_.names[at] : nullptr;
}

void PredictionWriter::appendLabel(Text &text,
                                   std::span<const float> outputs) const {
  const Meaning meaning = meaningOf(program_, outputs, terms_.decision);
  const auto out = std::back_inserter(text);
  const auto appendName = [&](std::int64_t number) {
    if (std::size_t(number) < quoted_.size())
      append(text, quoted_[number]);
    else if (std::size_t(number) < terms_.scores.size())
      fmt::format_to(out, "{}", terms_.scores[number]);
    else
      fmt::format_to(out, "{}", number);
  };
  if (placesOf(program_) > 1) {
    const char *separator = "[";
    for (std::int64_t label : meaning.labels) {
      append(text, separator);
      appendName(label);
      separator = ", ";
    }
    return append(text, "]");
  }
  if (labelKindOf(program_) == MLC_LABEL_CLASS || outputs.size() == 1) {
    if (labelKindOf(program_) == MLC_LABEL_REAL)
      appendNumber(text, targetOf(outputs[0]));
    else
      appendName(meaning.labels[0]);
    return;
  }
  if (labelKindOf(program_) == MLC_LABEL_REAL)
    return appendArray(text, outputs);
  const char *separator = "";
  append(text, "[");
  for (std::size_t column = 0; column < outputs.size(); ++column)
    if (meaning.labels[column]) {
      append(text, separator);
      appendName(std::int64_t(column));
      separator = ", ";
    }
  append(text, "]");
}

void PredictionWriter::appendJson(Text &text, std::int64_t row,
                                  std::span<const float> outputs,
                                  std::string_view id, bool isKnown) const {
  const Meaning meaning = meaningOf(program_, outputs, terms_.decision);
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{{\"row\": {}, ", row);
  if (!id.empty())
    fmt::format_to(out, "\"id\": {}, ", id);
  append(text, "\"outputs\": ");
  appendArray(text, outputs);
  if (labelKindOf(program_) != MLC_LABEL_REAL) {
    append(text, ", \"probabilities\": ");
    appendArray(text, meaning.probabilities);
  }
  if (labelKindOf(program_) == MLC_LABEL_BINARY) {
    append(text, ", \"labels\": ");
    appendArray(text, meaning.labels);
  }
  if (placesOf(program_) > 1) {
    append(text, ", \"classes\": ");
    appendArray(text, meaning.labels);
  } else if (labelKindOf(program_) == MLC_LABEL_CLASS) {
    const std::int64_t label = meaning.labels[0];
    fmt::format_to(out, ", \"class\": {}", label);
    if (std::size_t(label) < terms_.scores.size())
      fmt::format_to(out, ", \"score\": {}", terms_.scores[label]);
  }
  append(text, ", \"label\": ");
  appendLabel(text, outputs);
  append(text, isKnown ? "}\n" : ", \"known\": false}\n");
}

void PredictionWriter::appendPlain(Text &text,
                                   std::span<const float> outputs) const {
  const Meaning meaning = meaningOf(program_, outputs, terms_.decision);
  const auto out = std::back_inserter(text);
  const auto appendName = [&](std::int64_t number) {
    const std::string *name = nameOf(number);
    fmt::format_to(out, "{}", name ? *name : std::to_string(number));
  };
  if (labelKindOf(program_) == MLC_LABEL_CLASS)
    for (std::int64_t label : meaning.labels) {
      appendName(label);
      append(text, "\t");
    }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i > 0)
      append(text, "\t");
    if (labelKindOf(program_) == MLC_LABEL_REAL)
      fmt::format_to(out, "{}", targetOf(outputs[i]));
    else
      fmt::format_to(out, "{:.6f}", meaning.probabilities[i]);
    if (labelKindOf(program_) != MLC_LABEL_BINARY)
      continue;
    append(text, "\t");
    if (outputs.size() == 1)
      appendName(meaning.labels[i]);
    else
      fmt::format_to(out, "{}", meaning.labels[i]);
  }
  append(text, "\n");
}

} // namespace mlc::runtime
