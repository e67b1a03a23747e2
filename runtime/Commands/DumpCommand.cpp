//===- DumpCommand.cpp - PROGRAM dump -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ExplainCommands.h"
#include "Commands/GlobalReport.h"
#include "Commands/TextInput.h"
#include "Explain/InputColumns.h"
#include "Program/OwnWeights.h"
#include "Report/Figures.h"
#include "System/Console.h"
#include "System/Terminal.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace mlc::runtime {

/// The outputs of a row without features, and of one row for each feature, in
/// which it alone is there and is 1.
static std::vector<float> predictEach(const Predictor &predictor) {
  const MlcProgram &program = predictor.program();
  const std::int64_t width = widthOf(program);
  Predictor::Workspace workspace(predictor);
  std::vector<float> outputs;
  auto predict = [&](const InputRows &rows) {
    std::vector<float> more(std::size_t(rows.count * columnsOf(program)));
    predictor.predict(rows, more, workspace);
    outputs.insert(outputs.end(), more.begin(), more.end());
  };
  if (isSparse(program)) {
    std::vector<std::int64_t> starts{0, 0};
    std::vector<std::int32_t> columns(std::size_t(width), 0);
    std::iota(columns.begin(), columns.end(), 0);
    for (std::int64_t feature = 0; feature < width; ++feature)
      starts.push_back(feature + 1);
    predict({.count = width + 1, .starts = starts, .columns = columns});
    return outputs;
  }
  // Dense rows some at a time.
  constexpr std::int64_t elements = 1 << 20;
  const std::int64_t some = std::max<std::int64_t>(elements / width, 1);
  for (std::int64_t begin = -1; begin < width; begin += some) {
    const std::int64_t end = std::min(width, begin + some);
    std::vector<float> features(std::size_t((end - begin) * width), 0);
    for (std::int64_t feature = std::max<std::int64_t>(begin, 0); feature < end;
         ++feature)
      features[std::size_t((feature - begin) * width + feature)] = 1;
    predict({.count = end - begin, .features = features});
  }
  return outputs;
}

namespace {
/// What a program has learned for one of its outputs.
struct LearnedParts {
  double baseline = 0;       ///< The score of a row without features.
  std::vector<double> parts; ///< What each feature of 1 alone adds.
};

/// Features with the largest parts of a sign, the largest first.
struct ChosenFeatures {
  std::vector<std::size_t> up, down;
};
} // namespace

/// `outputs` are predictEach's.
static LearnedParts partsOf(const ExplainedOutput &output,
                            std::span<const float> outputs) {
  const std::size_t width = output.direction.size();
  auto scoreOf = [&](std::size_t row) {
    return output.scoreOf(outputs.subspan(row * width, width));
  };
  LearnedParts learned{scoreOf(0), {}};
  for (std::size_t row = 1; row < outputs.size() / width; ++row)
    learned.parts.push_back(scoreOf(row) - learned.baseline);
  return learned;
}

static ChosenFeatures choose(const std::vector<double> &parts,
                             std::size_t top) {
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return parts[a] > parts[b]; });
  top = std::min(top, parts.size());
  ChosenFeatures chosen;
  for (std::size_t at = 0; at < top && parts[order[at]] > 0; ++at)
    chosen.up.push_back(order[at]);
  for (std::size_t at = parts.size();
       at > parts.size() - top && parts[order[at - 1]] < 0; --at)
    chosen.down.push_back(order[at - 1]);
  return chosen;
}

static std::string jsonList(const InputColumns &columns,
                            const std::vector<double> &parts,
                            const std::vector<std::size_t> &chosen) {
  std::string list;
  for (std::size_t feature : chosen)
    list += fmt::format("{}[{}, {}]", list.empty() ? "" : ", ",
                        jsonText(columns.featureName(std::int64_t(feature))),
                        parts[feature]);
  return "[" + list + "]";
}

static std::string lines(const InputColumns &columns,
                         const std::vector<double> &parts,
                         const std::vector<std::size_t> &chosen) {
  std::string text;
  for (std::size_t feature : chosen)
    text += fmt::format(
        "{:>12.4f}  {}\n", parts[feature],
        withoutControls(columns.featureName(std::int64_t(feature))));
  return text;
}

int runCommand(const MlcProgram &program, const DumpCommand &command) {
  const Predictor predictor(program, openWeights(command.weights));
  const OutputTerms terms = outputTermsOf(program, predictor.weights());
  const std::vector<std::int64_t> numbers =
      outputsToTell(program, terms, command.className);
  const InputColumns columns(program, predictor.weights());
  const std::vector<float> outputs = predictEach(predictor);
  std::string json, text;
  for (std::int64_t number : numbers) {
    const ExplainedOutput output = explainedOutput(program, terms, number);
    const auto [baseline, parts] = partsOf(output, outputs);
    const auto [up, down] = choose(parts, std::size_t(command.top));
    if (command.json)
      json += fmt::format("{}{{\"output\": {}, \"baseline\": {}, \"positive\": "
                          "{}, \"negative\": {}}}",
                          json.empty() ? "" : ", ", jsonText(output.meaning),
                          baseline, jsonList(columns, parts, up),
                          jsonList(columns, parts, down));
    else
      text += fmt::format(
          "{}{}baseline {:+.4f}; what a feature of 1 alone adds\n"
          "for it\n{}against it\n{}",
          text.empty() ? "" : "\n",
          output.meaning.empty() ? "" : withoutControls(output.meaning) + ": ",
          baseline, lines(columns, parts, up), lines(columns, parts, down));
  }
  printResult(command.json ? fmt::format("{{\"outputs\": [{}]}}\n", json)
                           : text);
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
