//===- PredictCommand.cpp - PROGRAM predict -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Commands.h"
#include "Train/Console.h"
#include "Train/ForwardPass.h"
#include "Train/Weights.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace mlc::runtime {

namespace {

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

std::vector<double> softmax(std::span<const float> outputs) {
  const double largest = *std::ranges::max_element(outputs);
  std::vector<double> shares(outputs.size());
  double sum = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    sum += shares[i] = std::exp(outputs[i] - largest);
  for (double &share : shares)
    share /= sum;
  return shares;
}

/// What one row's outputs mean. `labels` has one entry a column where outputs
/// are binary and the class alone where they are classes.
struct Meaning {
  std::vector<double> probabilities;
  std::vector<std::int64_t> labels;
};

Meaning meaningOf(const MlcProgram &program, std::span<const float> outputs) {
  Meaning meaning;
  switch (MlcLabelKind(program.label_kind)) {
  case MLC_LABEL_REAL:
    break;
  case MLC_LABEL_BINARY:
    for (float output : outputs) {
      meaning.probabilities.push_back(sigmoid(output));
      meaning.labels.push_back(output > 0);
    }
    break;
  case MLC_LABEL_CLASS:
    meaning.probabilities = softmax(outputs);
    meaning.labels = {std::ranges::max_element(outputs) - outputs.begin()};
    break;
  }
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

void appendJson(Text &text, const MlcProgram &program, std::int64_t row,
                std::span<const float> outputs) {
  const Meaning meaning = meaningOf(program, outputs);
  fmt::format_to(std::back_inserter(text), "{{\"row\": {}, \"outputs\": ", row);
  appendArray(text, outputs);
  if (program.label_kind != MLC_LABEL_REAL) {
    append(text, ", \"probabilities\": ");
    appendArray(text, meaning.probabilities);
  }
  if (program.label_kind == MLC_LABEL_BINARY) {
    append(text, ", \"labels\": ");
    appendArray(text, meaning.labels);
  }
  if (program.label_kind == MLC_LABEL_CLASS)
    fmt::format_to(std::back_inserter(text), ", \"class\": {}",
                   meaning.labels[0]);
  append(text, "}\n");
}

/// Binary: probability and label of each column; class: the class, then all
/// probabilities; real: the values. Columns are separated by tabs.
void appendPlain(Text &text, const MlcProgram &program,
                 std::span<const float> outputs) {
  const Meaning meaning = meaningOf(program, outputs);
  const auto out = std::back_inserter(text);
  if (program.label_kind == MLC_LABEL_CLASS)
    fmt::format_to(out, "{}\t", meaning.labels[0]);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i > 0)
      append(text, "\t");
    if (program.label_kind == MLC_LABEL_REAL)
      fmt::format_to(out, "{}", outputs[i]);
    else
      fmt::format_to(out, "{:.6f}", meaning.probabilities[i]);
    if (program.label_kind == MLC_LABEL_BINARY)
      fmt::format_to(out, "\t{}", meaning.labels[i]);
  }
  append(text, "\n");
}

} // namespace

int runCommand(const MlcProgram &program, const PredictCommand &command) {
  const Examples examples(program, command.data, LabelUse::Ignored);
  const SafetensorsFile weights(command.weights);
  Model model(program);
  loadWeights(weights, program, model);
  examples.expectSameVectorizer(weights);
  Executor executor(program, model, command.threads,
                    examples.nonzeroCapacity(program.batch));
  Text text;
  ForwardPass(executor, examples)
      .run(program.predict, allRows(examples.rows()),
           [&](const ForwardChunk &chunk) {
             text.clear();
             for (std::size_t i = 0; i < chunk.rows.size(); ++i) {
               const auto outputs =
                   chunk.outputs.subspan(i * program.outputs, program.outputs);
               if (command.json)
                 appendJson(text, program, chunk.rows[i], outputs);
               else
                 appendPlain(text, program, outputs);
             }
             printResult({text.data(), text.size()});
           });
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
