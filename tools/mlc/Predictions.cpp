//===- Predictions.cpp - Reads what eval --predictions wrote --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Predictions.h"

#include "Error.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <fstream>
#include <vector>

using namespace mlc;
namespace json = boost::json;

void mlc::readPredictions(const std::string &path,
                          const std::function<void(std::span<const double>,
                                                   std::string_view)> &take) {
  std::ifstream lines(path);
  std::vector<double> outputs;
  for (std::string line; std::getline(lines, line);) {
    outputs.clear();
    const json::object row = json::parse(line).as_object();
    for (const json::value &output : row.at("outputs").as_array())
      outputs.push_back(output.to_number<double>());
    std::string_view fields = line;
    fields.remove_prefix(fields.find(',') + 1);
    fields.remove_suffix(1);
    take(outputs, fields);
  }
  if (!lines.eof())
    throw runtime::InputError(fmt::format("{}: cannot be read", path));
}
