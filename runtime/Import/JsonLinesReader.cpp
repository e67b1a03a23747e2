//===- JsonLinesReader.cpp - Reads documents from JSON --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/JsonLinesReader.h"

#include "Import/FieldChoice.h"
#include "Import/RowWeight.h"
#include "Import/Utf8.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>

using namespace mlc::runtime;
namespace json = boost::json;

JsonLinesReader::JsonLinesReader(std::unique_ptr<JsonSequence> objects,
                                 const TextFields &fields, LabelReader &labels)
    : objects_(std::move(objects), fields.check), fields_(fields),
      labels_(labels) {}

/// Which fields are read, judged by the first object.
void JsonLinesReader::choose(const json::object &object) {
  isChosen_ = true;
  std::vector<FieldSeen> seen;
  for (const auto &[name, value] : object) {
    if (name == fields_.weight)
      continue;
    const bool isString = value.is_string();
    seen.push_back({std::string(name), !value.is_null(),
                    isString && value.get_string().find_first_of(" \t\n") !=
                                    json::string::npos});
  }
  // What was asked for may be missing here: that is told where it is read.
  const auto addAsked = [&](const std::string &list, const std::string &usual) {
    if (list == usual || object.contains(list))
      return;
    for (std::string_view rest = list; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find(','));
      if (!object.contains(name))
        seen.push_back({std::string(name), true, false});
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    }
  };
  addAsked(fields_.text, TextFields().text);
  addAsked(fields_.label, TextFields().label);
  const FieldChoice choice = chooseFields(
      seen, fields_, [&](const std::string &what) { objects_.fail(what); });
  textNames_ = choice.text;
  labelNames_ = choice.label;
}

const json::value &JsonLinesReader::findLabel(const json::object &object,
                                              const std::string &name) {
  const json::value *value = objects_.find(object, name);
  if (!value)
    objects_.fail(
        fmt::format("expected a field {:?}, but the object has none; name the "
                    "field by --label-column",
                    name));
  return *value;
}

[[noreturn]] static void failLabel(const json::value &value) {
  if (value.is_null())
    throw LabelError("expected a label, but got null, as which NaN counts; "
                     "write a number or a text, or leave the object out");
  throw LabelError(fmt::format(
      "expected a label, but got {}; write a number, a text, true, false, or a "
      "list of texts",
      showToken(json::serialize(value))));
}

double JsonLinesReader::readLabel(const json::value &value) {
  if (value.is_number())
    return labels_.read(value.to_number<double>(), *wordOf(value));
  if (value.is_array()) {
    std::vector<std::string> words;
    for (const json::value &entry : value.get_array()) {
      auto word = wordOf(entry);
      if (!word)
        failLabel(value);
      words.push_back(std::move(*word));
    }
    return labels_.readSeveral(
        std::vector<std::string_view>(words.begin(), words.end()));
  }
  const auto word = wordOf(value);
  if (!word)
    failLabel(value);
  return labels_.read(*word);
}

double JsonLinesReader::labelOf(const json::object &object) {
  const std::string *name = &labelNames_.front();
  try {
    if (labelNames_.size() == 1)
      return readLabel(findLabel(object, *name));
    std::vector<std::string> words;
    for (const std::string &column : labelNames_) {
      name = &column;
      const json::value &value = findLabel(object, column);
      const auto word = wordOf(value);
      if (!word)
        failLabel(value);
      words.push_back(*word);
    }
    return labels_.readColumns(
        std::vector<std::string_view>(labelNames_.begin(), labelNames_.end()),
        std::vector<std::string_view>(words.begin(), words.end()));
  } catch (const LabelError &error) {
    objects_.fail(*name, fmt::format("in {:?}: {}", *name, error.what()));
  }
}

void JsonLinesReader::readText(const json::object &object, Document &document) {
  for (std::size_t at = 0; at < textNames_.size(); ++at) {
    const std::string &name = textNames_[at];
    const json::value *text = objects_.find(object, name);
    if (at > 0)
      document.text += '\n';
    if (!text || text->is_null()) {
      document.isTextMissing = true;
      if (fields_.missing == MissingText::Error)
        objects_.fail(
            name,
            fmt::format("expected a field {:?} with a text, but {}; name the "
                        "field by --text-column, or give --missing-text empty "
                        "or drop",
                        name, text ? "it is null" : "the object has none"));
      continue;
    }
    if (!text->is_string())
      objects_.fail(name, fmt::format("expected text in {:?}, but got {}; "
                                      "write a string",
                                      name, showToken(json::serialize(*text))));
    document.text.append(text->get_string().data(), text->get_string().size());
    // An escape can hide what the check of the line did not see.
    if (fields_.check == TextCheck::Refuse &&
        document.text.find('\0') != std::string::npos)
      objects_.fail(name, fmt::format("expected text in {:?}, but got a NUL "
                                      "(\\u0000); remove it, or give "
                                      "--replace-invalid",
                                      name));
  }
  if (fields_.check == TextCheck::Replace &&
      document.text.find('\0') != std::string::npos)
    document.text = replaceBadText(document.text);
}

double JsonLinesReader::weightOf(const json::object &object) {
  const json::value *value = objects_.find(object, fields_.weight);
  if (!value)
    objects_.fail(fmt::format("expected a field {:?} with a weight, but the "
                              "object has none; correct --weight-column",
                              fields_.weight));
  double weight = 1;
  if (const auto wrong = readRowWeight(
          wordOf(*value).value_or(json::serialize(*value)), weight))
    objects_.fail(fields_.weight,
                  fmt::format("in {:?}: {}", fields_.weight, *wrong));
  return weight;
}

bool JsonLinesReader::next(Document &document) {
  const json::object *const object = objects_.next();
  if (!object) {
    if (!isChosen_)
      objects_.failAtEnd(
          "expected documents, but got none; give a file with at least one");
    return false;
  }
  if (!isChosen_)
    choose(*object);
  document.text.clear();
  document.isTextMissing = false;
  document.label = 0;
  readText(*object, document);
  if (!labelNames_.empty())
    document.label = labelOf(*object);
  document.weight = fields_.weight.empty() ? 1 : weightOf(*object);
  return true;
}
