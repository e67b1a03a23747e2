//===- StoredFigures.cpp - What weights were worth ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/StoredFigures.h"

#include "Data/JsonNumber.h"

#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

void storeFigures(std::span<const Figure> figures,
                  std::map<std::string, std::string> &metadata) {
  std::string text;
  for (const Figure &figure : figures)
    if (std::isfinite(figure.value))
      text +=
          fmt::format("{}{}: {}", text.empty() ? "" : ", ",
                      boost::json::serialize(boost::json::value(figure.name)),
                      figure.value);
  metadata["figures"] = "{" + text + "}";
}

std::vector<Figure> storedFigures(const SafetensorsFile &weights) {
  std::vector<Figure> figures;
  const auto found = weights.metadata().find("figures");
  if (found == weights.metadata().end())
    return figures;
  // Nothing depends on them, and others may call something else so.
  boost::json::error_code error;
  const boost::json::value parsed = boost::json::parse(found->second, error);
  if (error || !parsed.is_object())
    return figures;
  for (const auto &[name, value] : parsed.get_object())
    if (value.is_number())
      figures.push_back({name, jsonNumberOf(found->second, name)});
  return figures;
}

} // namespace mlc::runtime
