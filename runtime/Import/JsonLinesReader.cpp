//===- JsonLinesReader.cpp - Reads documents from JSON lines --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/JsonLinesReader.h"

#include "Import/JsonKeys.h"
#include "Import/Utf8.h"

#include <fmt/core.h>

using namespace mlc::runtime;
namespace json = boost::json;

static constexpr std::size_t memoryBytes = 1 << 16, parserBytes = 1 << 12;
static constexpr std::size_t maxDepth = 32;

JsonLinesReader::JsonLinesReader(LineReader lines, const TextFields &fields,
                                 LabelReader &labels)
    : lines_(std::move(lines)), fields_(fields), labels_(labels),
      memory_(std::make_unique_for_overwrite<unsigned char[]>(memoryBytes)) {
  lines_.setCheck(fields.check);
}

const json::value &JsonLinesReader::find(const json::object &object,
                                         const std::string &name,
                                         const char *option) {
  const json::value *value = object.if_contains(name);
  if (!value)
    lines_.fail(line_.data(),
                fmt::format("expected a field {:?}, but the object has none; "
                            "name the field by {}",
                            name, option));
  if (const auto second = findSecondKey(line_, name))
    lines_.fail(line_.data() + *second,
                fmt::format("expected one field {:?}, but the object has it "
                            "twice; remove one",
                            name));
  return *value;
}

double JsonLinesReader::labelOf(const json::value &value) {
  try {
    if (value.is_number())
      return labels_.read(value.to_number<double>(), json::serialize(value));
    if (value.is_string())
      return labels_.read(std::string_view(value.get_string().data(),
                                           value.get_string().size()));
    throw LabelError(fmt::format(
        "expected a label, but got {}; write a number such as 3 or 0.5",
        showToken(json::serialize(value))));
  } catch (const LabelError &error) {
    lines_.fail(line_.data(),
                fmt::format("in {:?}: {}", fields_.label, error.what()));
  }
}

bool JsonLinesReader::next(Document &document) {
  do {
    if (!lines_.next(line_))
      return false;
  } while (line_.find_first_not_of(" \t") == std::string_view::npos);

  json::parse_options options;
  options.max_depth = maxDepth;
  unsigned char stack[parserBytes];
  json::parser parser({}, options, stack, sizeof(stack));
  json::monotonic_resource values(memory_.get(), memoryBytes);
  parser.reset(&values);
  json::error_code error;
  const std::size_t read = parser.write_some(line_.data(), line_.size(), error);
  const char *stop = line_.data() + read, *end = line_.data() + line_.size();
  if (error)
    lines_.fail(stop, fmt::format("expected a JSON object, but got text that "
                                  "is none ({}); write one object a line",
                                  error.message()));
  if (stop != end) // The parser takes spaces.
    lines_.fail(stop, "expected nothing behind the JSON object; write one "
                      "object a line");
  const json::value root = parser.release();
  if (!root.is_object())
    lines_.fail(line_.data(), "expected a JSON object, but got another value; "
                              "write one object a line");

  const json::object &object = root.get_object();
  document.text.clear();
  document.label = 0;
  if (!fields_.text.empty()) {
    const json::value &text = find(object, fields_.text, "--text-column");
    if (!text.is_string())
      lines_.fail(line_.data(),
                  fmt::format("expected text in {:?}, but got {}; write a "
                              "string",
                              fields_.text, showToken(json::serialize(text))));
    document.text.assign(text.get_string().data(), text.get_string().size());
    // An escape can hide what the check of the line did not see.
    if (fields_.check == TextCheck::Refuse &&
        document.text.find('\0') != std::string::npos)
      lines_.fail(line_.data(),
                  fmt::format("expected text in {:?}, but got a NUL (\\u0000); "
                              "remove it, or give --replace-invalid",
                              fields_.text));
    if (fields_.check == TextCheck::Replace &&
        document.text.find('\0') != std::string::npos)
      document.text = replaceBadText(document.text);
  }
  if (!fields_.label.empty())
    document.label = labelOf(find(object, fields_.label, "--label-column"));
  return true;
}
