//===- WeightsInfo.cpp - What weights say
//------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/WeightsInfo.h"

#include "Data/ClassNames.h"
#include "Data/Quantize.h"
#include "Data/QuantizedMatrix.h"
#include "Program/OwnWeights.h"
#include "Program/StoredDecision.h"
#include "Program/Weights.h"
#include "Signature.h"
#include "Table/Table.h"
#include "Text/Vectorizer.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>

namespace mlc::runtime {

namespace {

/// What turns the caller's data into rows.
struct Transform {
  const char *input = "features";
  std::vector<std::string> columns; ///< Of a table, also those of texts.
  std::int64_t features = 0;        ///< Of texts or columns; 0: not known.

  explicit Transform(const SafetensorsFile &weights) {
    if (const auto table = Table::load(weights)) {
      input = "table";
      for (const TableColumn &column : table->columns())
        columns.push_back(column.name);
      for (const std::string &name : table->settings().textColumns)
        columns.push_back(name);
    } else if (weights.metadata().contains("vectorizer")) {
      const Vectorizer vectorizer = Vectorizer::load(weights);
      input = vectorizer.isText() ? "text" : "columns";
      features = vectorizer.features();
    }
  }

  std::string text() const {
    if (!columns.empty())
      return fmt::format("rows of a table: {}", fmt::join(columns, ", "));
    if (features > 0)
      return fmt::format("{}, {} features", input, features);
    return "features that the caller makes";
  }
};

boost::json::array arrayOf(const std::vector<std::string> &names) {
  boost::json::array array;
  for (const std::string &name : names)
    array.emplace_back(name);
  return array;
}

const std::string *entryOf(const SafetensorsFile &weights, const char *key) {
  const auto found = weights.metadata().find(key);
  return found == weights.metadata().end() ? nullptr : &found->second;
}

/// What `options` says in one line: `epochs 5, learning_rate 0.001`.
std::string optionsText(const std::string &json) {
  boost::system::error_code error;
  const boost::json::value options = boost::json::parse(json, error);
  std::string text;
  if (!error && options.is_object())
    for (const auto &[key, value] : options.get_object())
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                          std::string_view(key), boost::json::serialize(value));
  return text;
}

/// The share of zeros of each matrix that has one in a hundred of them or more:
/// what pruning left, or whole numbers of few bits.
std::vector<std::pair<std::string, double>>
zerosOf(const SafetensorsFile &weights,
        const std::vector<const TensorView *> &tensors) {
  std::vector<std::pair<std::string, double>> shares;
  for (const TensorView *tensor : tensors) {
    std::vector<float> numbers;
    std::span<const float> elements;
    if (const auto matrix = quantizedMatrix(weights, *tensor)) {
      numbers =
          matrix->byColumns
              ? dequantizeColumns(matrix->numbers, matrix->scales)
              : dequantizeRows(matrix->bits, matrix->numbers, matrix->scales,
                               std::size_t(matrix->columns));
      elements = numbers;
    } else if (tensor->type == ElementType::F32 && tensor->shape.size() > 1) {
      elements = tensor->as<float>();
    }
    const double share = double(std::ranges::count(elements, 0.f)) /
                         double(std::max<std::size_t>(elements.size(), 1));
    if (share >= 0.01)
      shares.emplace_back(tensor->name, share);
  }
  return shares;
}

} // namespace

boost::json::value weightsJson(const MlcProgram &program,
                               const std::string &path) {
  if (path.empty() && !hasOwnWeights())
    return nullptr;
  const SafetensorsFile weights = openWeights(path);
  const auto tensors = checkWeights(weights, program);
  const Transform transform(weights);
  boost::json::object object{{"bytes", weights.bytes().size()},
                             {"hash", weights.hash()},
                             {"input", transform.input}};
  boost::json::object zeros;
  for (const auto &[name, share] : zerosOf(weights, tensors))
    zeros[name] = share;
  object["zeros"] = zeros;
  if (!transform.columns.empty())
    object["columns"] = arrayOf(transform.columns);
  if (const auto names = classNamesOf(weights); !names.empty())
    object["class_names"] = arrayOf(names);
  const Decision decision = decisionOf(weights, columnsOf(program));
  object["temperature"] = decision.temperature;
  if (decision.hasThreshold())
    object["threshold"] = boost::json::parse(thresholdJson(decision));
  if (const std::string *hash = entryOf(weights, "data_hash"))
    object["trained_on"] = *hash;
  for (const char *key : {"steps", "seed", "options", "privacy"})
    if (const std::string *value = entryOf(weights, key)) {
      boost::system::error_code error;
      object[key] = boost::json::parse(*value, error);
    }
  return object;
}

std::vector<std::pair<std::string, std::string>>
weightsText(const MlcProgram &program, const std::string &path) {
  if (path.empty() && !hasOwnWeights())
    return {};
  const SafetensorsFile weights = openWeights(path);
  const auto tensors = checkWeights(weights, program);
  std::vector<std::pair<std::string, std::string>> lines = {
      {"weights",
       fmt::format("{}, {} bytes, hash {}", path.empty() ? "inside" : path,
                   weights.bytes().size(), weights.hash())},
      {"reads", Transform(weights).text()}};
  for (const auto &[name, share] : zerosOf(weights, tensors))
    lines.emplace_back("zeros",
                       fmt::format("{:.1f} % of {}", 100 * share, name));
  if (const auto names = classNamesOf(weights); !names.empty())
    lines.emplace_back("classes", showNames(names));
  if (const std::string text =
          decisionText(decisionOf(weights, columnsOf(program)));
      !text.empty())
    lines.emplace_back("decides", "with " + text);
  if (const std::string *hash = entryOf(weights, "data_hash"))
    lines.emplace_back("trained on", "data of hash " + *hash);
  if (const std::string *steps = entryOf(weights, "steps"))
    lines.emplace_back("trained for", *steps + " steps");
  if (const std::string *seed = entryOf(weights, "seed"))
    lines.emplace_back("seed", *seed);
  if (const std::string *options = entryOf(weights, "options"))
    lines.emplace_back("options", optionsText(*options));
  if (const std::string *privacy = entryOf(weights, "privacy"))
    lines.emplace_back("privacy", optionsText(*privacy));
  return lines;
}

} // namespace mlc::runtime
