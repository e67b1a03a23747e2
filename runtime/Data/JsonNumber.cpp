//===- JsonNumber.cpp - A number of JSON, to its last bit -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/JsonNumber.h"

#include <boost/json.hpp>
#include <charconv>
#include <limits>
#include <string>

namespace mlc::runtime {

static std::string_view withoutSpace(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == text.npos ? std::string_view() : text.substr(first);
}

double jsonNumberOf(std::string_view json, std::string_view name) {
  const std::string key = boost::json::serialize(
      boost::json::string(boost::json::string_view(name.data(), name.size())));
  double number = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t at = json.find(key); at != json.npos;
       at = json.find(key, at + 1)) {
    std::string_view rest = withoutSpace(json.substr(at + key.size()));
    if (!rest.starts_with(':'))
      continue; // The same as a text.
    rest = withoutSpace(rest.substr(1));
    std::from_chars(rest.data(), rest.data() + rest.size(), number);
    break;
  }
  return number;
}

} // namespace mlc::runtime
