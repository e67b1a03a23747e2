//===- Prediction.cpp - What a row's outputs mean -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Prediction.h"

#include "Program/KeptAnswers.h"

#include <cmath>
#include <iterator>
#include <string_view>

namespace mlc::runtime {

namespace {

/// What one row's outputs mean. `labels` has one entry a column where outputs
/// are binary and the class alone where they are classes.
struct Meaning {
  std::vector<double> probabilities;
  std::vector<std::int64_t> labels;
};

Meaning meaningOf(const MlcProgram &program, std::span<const float> outputs,
                  const Decision &decision) {
  const Task task = taskOf(program);
  Meaning meaning{probabilitiesOf(task, outputs, decision.temperature), {}};
  if (task == Task::MultiClass)
    meaning.labels = {classTold(outputs, decision)};
  else if (task != Task::Regression)
    for (float output : outputs)
      meaning.labels.push_back(isTold(output, decision));
  return meaning;
}

using Text = fmt::memory_buffer;

void append(Text &text, std::string_view part) { text.append(part); }

/// `[1, 2]`; what is not finite has no number in JSON and becomes null.
template <typename Numbers>
void appendArray(Text &text, const Numbers &numbers) {
  const char *separator = "[";
  for (auto number : numbers) {
    append(text, separator);
    if (std::isfinite(double(number)))
      fmt::format_to(std::back_inserter(text), "{}", number);
    else
      append(text, "null");
    separator = ", ";
  }
  append(text, "]");
}

} // namespace

void PredictionWriter::appendJson(Text &text, std::int64_t row,
                                  std::span<const float> outputs) const {
  const Meaning meaning = meaningOf(program_, outputs, decision_);
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{{\"row\": {}, \"outputs\": ", row);
  appendArray(text, outputs);
  if (labelKindOf(program_) != MLC_LABEL_REAL) {
    append(text, ", \"probabilities\": ");
    appendArray(text, meaning.probabilities);
  }
  if (labelKindOf(program_) == MLC_LABEL_BINARY) {
    append(text, ", \"labels\": ");
    appendArray(text, meaning.labels);
  }
  if (labelKindOf(program_) == MLC_LABEL_CLASS) {
    const std::int64_t label = meaning.labels[0];
    fmt::format_to(out, ", \"class\": {}", label);
    if (std::size_t(label) < scores_.size())
      fmt::format_to(out, ", \"score\": {}", scores_[label]);
  }
  append(text, "}\n");
}

void PredictionWriter::appendPlain(Text &text,
                                   std::span<const float> outputs) const {
  const Meaning meaning = meaningOf(program_, outputs, decision_);
  const auto out = std::back_inserter(text);
  if (labelKindOf(program_) == MLC_LABEL_CLASS)
    fmt::format_to(out, "{}\t", meaning.labels[0]);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i > 0)
      append(text, "\t");
    if (labelKindOf(program_) == MLC_LABEL_REAL)
      fmt::format_to(out, "{}", outputs[i]);
    else
      fmt::format_to(out, "{:.6f}", meaning.probabilities[i]);
    if (labelKindOf(program_) == MLC_LABEL_BINARY)
      fmt::format_to(out, "\t{}", meaning.labels[i]);
  }
  append(text, "\n");
}

} // namespace mlc::runtime
