//===- LineObject.cpp - A line of the stream as a JSON object -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/LineObject.h"

#include "Import/JsonKeys.h"
#include "Import/Utf8.h"
#include "Report/Figures.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace mlc::runtime {

/// The first byte of a field's value; of the line where it cannot be told.
static std::size_t placeOf(std::string_view json, std::string_view name) {
  const std::optional<JsonField> field = findField(json, name);
  return field ? field->value : 0;
}

std::optional<LineFault> readLineObject(std::string_view json,
                                        const std::string &textKey,
                                        LineObject &line) {
  boost::json::error_code error;
  boost::json::parser parser;
  const std::size_t stop = parser.write_some(json.data(), json.size(), error);
  if (error)
    return LineFault{
        stop, fmt::format("expected a JSON object with the field {:?}, but got "
                          "text that is none ({})",
                          textKey, error.message())};
  if (stop != json.size())
    return LineFault{stop, "expected nothing behind the JSON object"};
  const boost::json::value value = parser.release();
  if (!value.is_object())
    return LineFault{0, fmt::format("expected a JSON object with the field "
                                    "{:?}, but got another value",
                                    textKey)};
  const boost::json::object &object = value.get_object();
  if (const boost::json::value *id = object.if_contains("id")) {
    if (!id->is_string() && !id->is_number())
      return LineFault{placeOf(json, "id"),
                       "expected an id that is a text or a number"};
    line.id = boost::json::serialize(*id);
  }
  const std::string key = object.contains(textKey) ? textKey : "text";
  const boost::json::value *text = object.if_contains(key);
  if (!text)
    return LineFault{
        0, fmt::format("expected a text in the field {:?}, but there is none",
                       textKey)};
  if (!text->is_string())
    return LineFault{placeOf(json, key),
                     fmt::format("expected a text in the field {:?}, but got "
                                 "another value",
                                 key)};
  line.text = std::string(text->get_string());
  if (const char *bad = findBadText(line.text);
      bad != line.text.data() + line.text.size())
    return LineFault{placeOf(json, key), describeBadText(bad, false)};
  return std::nullopt;
}

std::string lineErrorJson(std::int64_t row, const std::string &id,
                          const std::string &message) {
  return fmt::format("{{\"row\": {}, {}\"error\": {}}}\n", row,
                     id.empty() ? "" : fmt::format("\"id\": {}, ", id),
                     jsonText(message.substr(0, message.find('\n'))));
}

} // namespace mlc::runtime
