//===- StrictJson.cpp - JSON that says one thing --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/StrictJson.h"

#include "Serve/HttpError.h"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <fmt/format.h>
#include <system_error>
#include <utility>

namespace json = boost::json;

namespace mlc::runtime {

namespace {

/// Makes values as Boost's own parser does, which keeps the last of equal keys
/// and says nothing, and counts the keys.
struct Handler {
  using Text = json::string_view;
  using Code = json::error_code;
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  explicit Handler(json::storage_ptr memory) { stack.reset(std::move(memory)); }

  bool on_document_begin(Code &) { return true; }
  bool on_document_end(Code &) { return true; }
  bool on_object_begin(Code &) { return true; }
  bool on_object_end(std::size_t count, Code &) {
    keys += count;
    stack.push_object(count);
    return true;
  }
  bool on_array_begin(Code &) { return true; }
  bool on_array_end(std::size_t count, Code &) {
    stack.push_array(count);
    return true;
  }
  bool on_key_part(Text part, std::size_t, Code &) {
    stack.push_chars(part);
    return true;
  }
  bool on_key(Text part, std::size_t, Code &) {
    stack.push_key(part);
    return true;
  }
  bool on_string_part(Text part, std::size_t, Code &) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(Text part, std::size_t, Code &) {
    stack.push_string(part);
    return true;
  }
  bool on_number_part(Text, Code &) { return true; }
  bool on_int64(std::int64_t number, Text, Code &) {
    stack.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, Text, Code &) {
    stack.push_uint64(number);
    return true;
  }
  bool on_double(double number, Text text, Code &) {
    // The text is there as a whole, and Boost's number may be its neighbour.
    double nearest = number;
    if (std::from_chars(text.data(), text.data() + text.size(), nearest).ec ==
        std::errc())
      number = nearest;
    stack.push_double(number);
    return true;
  }
  bool on_bool(bool value, Code &) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(Code &) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(Text, Code &) { return true; }
  bool on_comment(Text, Code &) { return true; }

  json::value_stack stack;
  std::size_t keys = 0; ///< That were read.
};

/// The keys of all objects in it. Arrays of numbers and texts, the long ones,
/// have none: their first element tells.
std::size_t countKeys(const json::value &value) {
  std::size_t keys = 0;
  if (const json::object *object = value.if_object()) {
    keys = object->size();
    for (const auto &entry : *object)
      keys += countKeys(entry.value());
  } else if (const json::array *array = value.if_array()) {
    for (const json::value &element : *array)
      if (element.is_structured())
        keys += countKeys(element);
  }
  return keys;
}

} // namespace

json::value parseStrict(std::string_view text, json::storage_ptr memory) {
  constexpr std::size_t deepest = 16;
  json::parse_options options;
  options.max_depth = deepest;
  json::basic_parser<Handler> parser(options, std::move(memory));
  json::error_code code;
  const std::size_t read =
      parser.write_some(/*more=*/false, text.data(), text.size(), code);
  if (!code && read < text.size() &&
      text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
    code = json::error::extra_data;
  if (code)
    throw HttpError(400, fmt::format("expected JSON, but at byte {}: {}", read,
                                     code.message()));
  json::value value = parser.handler().stack.release();
  if (parser.handler().keys != countKeys(value))
    throw HttpError(400, "expected each key of an object once, but got one "
                         "twice");
  return value;
}

} // namespace mlc::runtime
