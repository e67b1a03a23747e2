//===- StoredFigures.cpp - What weights were worth ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/StoredFigures.h"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <string_view>

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

/// The number as it was written: Boost.JSON's reading may differ from it in the
/// last bit.
static double exactly(const std::string &text, std::string_view name,
                      double number) {
  const std::string key =
      boost::json::serialize(boost::json::value(name)) + ": ";
  if (const std::size_t at = text.find(key); at != text.npos)
    std::from_chars(text.data() + at + key.size(), text.data() + text.size(),
                    number);
  return number;
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
      figures.push_back(
          {name, exactly(found->second, name, value.to_number<double>())});
  return figures;
}

} // namespace mlc::runtime
