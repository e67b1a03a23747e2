//===- LineObject.cpp - A line of the stream as a JSON object -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/LineObject.h"

#include "Import/Utf8.h"
#include "Report/Figures.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace mlc::runtime {

std::string readLineObject(std::string_view json, const std::string &textKey,
                           LineObject &line) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(json, error);
  if (error || !value.is_object())
    return fmt::format("expected a JSON object with the field {:?}, but got "
                       "another line",
                       textKey);
  const boost::json::object &object = value.get_object();
  if (const boost::json::value *id = object.if_contains("id")) {
    if (!id->is_string() && !id->is_number())
      return "expected an id that is a text or a number";
    line.id = boost::json::serialize(*id);
  }
  const boost::json::value *text = object.if_contains(textKey);
  if (!text)
    text = object.if_contains("text");
  if (!text || !text->is_string())
    return fmt::format("expected a text in the field {:?}, but there is none",
                       textKey);
  line.text = std::string(text->get_string());
  if (const char *bad = findBadText(line.text);
      bad != line.text.data() + line.text.size())
    return describeBadText(bad, false);
  return "";
}

std::string lineErrorJson(std::int64_t row, const std::string &id,
                          const std::string &message) {
  return fmt::format("{{\"row\": {}, {}\"error\": {}}}\n", row,
                     id.empty() ? "" : fmt::format("\"id\": {}, ", id),
                     jsonText(message.substr(0, message.find('\n'))));
}

} // namespace mlc::runtime
