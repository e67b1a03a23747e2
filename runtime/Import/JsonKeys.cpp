//===- JsonKeys.cpp - Where the fields of a JSON object are ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/JsonKeys.h"

#include "Import/JsonRepair.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string>

using namespace mlc::runtime;
namespace json = boost::json;

static std::size_t skipSpace(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

/// Behind the string whose first quote is at `at`.
static std::size_t endOfString(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    at += text[at] == '\\';
  return std::min(at + 1, text.size());
}

/// Whether a string, with its quotes, says `name`. Letters may be escaped.
static bool says(std::string_view quoted, std::string_view name) {
  if (quoted.find('\\') == quoted.npos)
    return quoted.substr(1, quoted.size() - 2) == name;
  json::error_code error;
  const json::value value = json::parse(repairJson(quoted).text, error);
  return !error && value.is_string() && value.get_string() == name;
}

/// The field of that name that follows `count` others.
static std::optional<JsonField>
findFieldBehind(std::string_view text, std::string_view name, int count) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char byte = text[at];
    if (byte != '"') {
      depth += byte == '{' || byte == '[';
      depth -= byte == '}' || byte == ']';
      ++at;
      continue;
    }
    const std::size_t end = endOfString(text, at);
    const std::size_t colon = skipSpace(text, end);
    if (depth == 1 && text.substr(colon).starts_with(':') &&
        says(text.substr(at, end - at), name) && count-- == 0)
      return JsonField{at, skipSpace(text, colon + 1)};
    at = end;
  }
  return std::nullopt;
}

/// Whether `name` may be a key twice, judged by its bytes: in most lines it is
/// not there twice, and keys need not be looked for.
static bool mayBeTwice(std::string_view text, std::string_view name) {
  // Letters may be written as escapes.
  if (text.find("\\u") != text.npos || name.find_first_of("/\"\\") != name.npos)
    return true;
  const std::string quoted = '"' + std::string(name) + '"';
  const std::size_t first = text.find(quoted);
  // Not found though it is there: it has control characters, always escaped.
  return first == text.npos || text.find(quoted, first + 1) != text.npos;
}

std::optional<JsonField> mlc::runtime::findField(std::string_view text,
                                                 std::string_view name) {
  return findFieldBehind(text, name, 0);
}

std::optional<JsonField> mlc::runtime::findSecondField(std::string_view text,
                                                       std::string_view name) {
  if (!mayBeTwice(text, name))
    return std::nullopt;
  return findFieldBehind(text, name, 1);
}
