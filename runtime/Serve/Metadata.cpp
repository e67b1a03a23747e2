//===- Metadata.cpp - What the server says of itself ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Metadata.h"

#include "Program/StoredDecision.h"
#include "Serve/Embedded.h"
#include "Signature.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace json = boost::json;

namespace mlc::runtime {

static json::array tensorList(const std::vector<TensorInfo> &tensors) {
  json::array list;
  for (const TensorInfo &tensor : tensors) {
    json::array shape = {-1};
    if (tensor.columns > 0)
      shape.push_back(tensor.isBounded ? -1 : tensor.columns);
    list.push_back({{"name", tensor.name},
                    {"datatype", nameOf(tensor.type)},
                    {"shape", shape}});
  }
  return list;
}

std::string serverMetadata(const MlcProgram &program) {
  const std::string_view compiler = program.compiler; // "mlc 0.1.0"
  const std::size_t blank = compiler.find(' ');
  return json::serialize(json::object{
      {"name", "mlc"},
      {"version",
       blank == std::string_view::npos ? compiler : compiler.substr(blank + 1)},
      {"extensions",
       {"binary_tensor_data", "model_repository",
        "model_repository(unload_dependents)"}}});
}

/// What a column of the training set's table had: for those that make requests
/// by hand, and the page. Of long lists of values the first.
static json::array columnList(const Table &table) {
  constexpr std::size_t mostValues = 1000;
  json::array list;
  for (const TableColumn &column : table.columns()) {
    json::object entry{{"name", column.name}};
    if (column.type == ColumnType::Number) {
      entry["kind"] = "number";
      entry["median"] = column.median;
    } else {
      entry["kind"] = "category";
      const std::size_t count = std::min(column.values.size(), mostValues);
      entry["values"] =
          json::array(column.values.begin(), column.values.begin() + count);
    }
    list.push_back(std::move(entry));
  }
  for (const std::string &name : table.settings().textColumns)
    list.push_back({{"name", name}, {"kind", "text"}});
  return list;
}

std::string modelMetadata(std::string_view name, const ServedModel &model) {
  json::object object{{"name", name},
                      {"versions", json::array{model.version()}},
                      {"platform", "mlc"},
                      {"inputs", tensorList(model.inputs())},
                      {"outputs", tensorList(model.outputs())}};
  // What the page for people shows, too.
  json::object parameters;
  if (!model.terms().names.empty())
    parameters["names"] =
        json::array(model.terms().names.begin(), model.terms().names.end());
  if (!model.terms().scores.empty())
    parameters["scores"] =
        json::array(model.terms().scores.begin(), model.terms().scores.end());
  if (model.table())
    parameters["columns"] = columnList(*model.table());
  // What the shape's -1 may be: whole multiples up to the most.
  if (const MlcInput &input = inputOf(model.predictor().program());
      isBounded(input)) {
    parameters["features_step"] = stepOf(input);
    parameters["most_features"] = elementsOf(input.shape);
  }
  // By the names that the metrics file and eval --json have for them.
  const Decision &decision = model.terms().decision;
  if (decision.temperature != 1)
    parameters["temperature"] = decision.temperature;
  if (decision.hasThreshold())
    parameters["threshold"] = json::parse(thresholdJson(decision));
  if (!model.figures().empty()) {
    json::object &figures = parameters["figures"].emplace_object();
    for (const Figure &figure : model.figures())
      figures[figure.name] = figure.value;
  }
  if (!parameters.empty())
    object["parameters"] = parameters;
  return json::serialize(object);
}

std::string repositoryIndex(std::string_view name, const ServedModel *model) {
  json::object entry{{"name", name}};
  if (model)
    entry["version"] = model->version();
  entry["state"] = model ? "READY" : "UNAVAILABLE";
  entry["reason"] = model ? "" : "unloaded";
  return json::serialize(json::array{entry});
}

std::string openApiText(std::string_view name) {
  // The file has the model's name as MODEL_NAME in paths.
  std::string text(openApiJson);
  constexpr std::string_view placeholder = "MODEL_NAME";
  std::string segment;
  for (unsigned char letter : name)
    if (std::isalnum(letter) || letter == '-' || letter == '_' || letter == '.')
      segment += char(letter);
    else
      segment += fmt::format("%{:02X}", letter);
  for (std::size_t at = 0;
       (at = text.find(placeholder, at)) != std::string::npos;
       at += segment.size())
    text.replace(at, placeholder.size(), segment);
  return text;
}

} // namespace mlc::runtime
