//===- JsonKeys.cpp - Keys that a JSON object has twice -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/JsonKeys.h"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>
#include <string>

namespace mlc::runtime {

namespace json = boost::json;
using Error = json::error_code;
using View = json::string_view;

namespace {
/// Counts a key of the outermost object; the parser stops at the second one.
/// The interface: boost/json/basic_parser.hpp.
struct KeyCounter {
  static constexpr std::size_t max_object_size =
      std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  explicit KeyCounter(std::string_view name) : name(name) {}

  std::string_view name;
  std::string key; ///< What has come of it.
  int depth = 0, count = 0;

  bool leave() {
    --depth;
    return true;
  }
  bool enter() {
    ++depth;
    return true;
  }

  bool on_document_begin(Error &) { return true; }
  bool on_document_end(Error &) { return true; }
  bool on_object_begin(Error &) { return enter(); }
  bool on_object_end(std::size_t, Error &) { return leave(); }
  bool on_array_begin(Error &) { return enter(); }
  bool on_array_end(std::size_t, Error &) { return leave(); }
  bool on_key_part(View part, std::size_t, Error &) {
    if (depth == 1)
      key.append(part.data(), part.size());
    return true;
  }
  bool on_key(View part, std::size_t size, Error &error) {
    on_key_part(part, size, error);
    if (depth == 1 && key == name && ++count == 2)
      error = json::error::exception; // Any will do: it is the only one.
    key.clear();
    return !error;
  }
  bool on_string_part(View, std::size_t, Error &) { return true; }
  bool on_string(View, std::size_t, Error &) { return true; }
  bool on_number_part(View, Error &) { return true; }
  bool on_int64(std::int64_t, View, Error &) { return true; }
  bool on_uint64(std::uint64_t, View, Error &) { return true; }
  bool on_double(double, View, Error &) { return true; }
  bool on_bool(bool, Error &) { return true; }
  bool on_null(Error &) { return true; }
  bool on_comment_part(View, Error &) { return true; }
  bool on_comment(View, Error &) { return true; }
};
} // namespace

/// Whether `name` may be a key twice, judged by its bytes: in most lines it is
/// not there twice, and a parser need not be asked.
static bool mayBeTwice(std::string_view text, std::string_view name) {
  // Letters may be written as escapes.
  if (text.find("\\u") != text.npos || name.find_first_of("/\"\\") != name.npos)
    return true;
  const std::string quoted = '"' + std::string(name) + '"';
  const std::size_t first = text.find(quoted);
  // Not found though it is there: it has control characters, always escaped.
  return first == text.npos || text.find(quoted, first + 1) != text.npos;
}

std::optional<std::size_t> findSecondKey(std::string_view text,
                                         std::string_view name) {
  if (!mayBeTwice(text, name))
    return std::nullopt;
  json::basic_parser<KeyCounter> parser(json::parse_options(), name);
  Error error;
  const std::size_t end =
      parser.write_some(/*more=*/false, text.data(), text.size(), error);
  if (parser.handler().count < 2)
    return std::nullopt;
  return end;
}

} // namespace mlc::runtime
