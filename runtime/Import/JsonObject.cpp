//===- JsonObject.cpp - Parsed JSON objects, with their places ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/JsonObject.h"

#include "Import/JsonKeys.h"
#include "Import/JsonRepair.h"

#include <fmt/core.h>

using namespace mlc::runtime;
namespace json = boost::json;

static constexpr std::size_t memoryBytes = 1 << 16, parserBytes = 1 << 12;
static constexpr std::size_t maxDepth = 32;

std::optional<std::string> mlc::runtime::wordOf(const json::value &value) {
  if (value.is_string())
    return std::string(value.get_string());
  if (value.is_double())
    return fmt::format("{}", value.get_double());
  if (value.is_number() || value.is_bool())
    return json::serialize(value);
  return std::nullopt;
}

JsonObjects::JsonObjects(std::unique_ptr<JsonSequence> texts, TextCheck check)
    : texts_(std::move(texts)), check_(check),
      memory_(std::make_unique_for_overwrite<unsigned char[]>(memoryBytes)) {}

/// Parses `text`; where it goes wrong is in `stop`.
static json::value parse(std::string_view text, json::storage_ptr memory,
                         json::error_code &error, std::size_t &stop) {
  json::parse_options options;
  options.max_depth = maxDepth;
  unsigned char stack[parserBytes];
  json::parser parser({}, options, stack, sizeof(stack));
  parser.reset(std::move(memory));
  stop = parser.write_some(text.data(), text.size(), error);
  return error ? json::value() : parser.release();
}

const json::object *JsonObjects::next() {
  root_.reset();
  repaired_.clear();
  if (!texts_->next(text_))
    return nullptr;
  values_.emplace(memory_.get(), memoryBytes);
  json::error_code error;
  std::size_t stop = 0;
  root_.emplace(parse(text_, &*values_, error, stop));
  if (error) {
    RepairedJson repaired = repairJson(text_);
    json::error_code second;
    std::size_t secondStop = 0;
    if (repaired.isChanged)
      root_.emplace(parse(repaired.text, &*values_, second, secondStop));
    if (!repaired.isChanged || second)
      texts_->fail(text_.data() + stop,
                   fmt::format("expected a JSON object, but got text that is "
                               "none ({}); write one object a line, or a list "
                               "of objects",
                               error.message()));
    if (repaired.loneSurrogate && check_ != TextCheck::Replace)
      texts_->fail(
          text_.data() + *repaired.loneSurrogate,
          fmt::format("expected a character, but got half of one ({}, a "
                      "surrogate without its partner); correct it, or give "
                      "--replace-invalid",
                      text_.substr(*repaired.loneSurrogate, 6)));
    repaired_ = std::move(repaired.text);
    stop = secondStop == repaired_.size() ? text_.size() : 0;
  }
  if (stop != text_.size()) // The parser takes spaces.
    texts_->fail(text_.data() + stop,
                 "expected nothing behind the JSON object; write one object a "
                 "line");
  if (!root_->is_object())
    fail("expected a JSON object, but got another value; write one object a "
         "line, or a list of objects");
  return &root_->get_object();
}

const json::value *JsonObjects::find(const json::object &object,
                                     const std::string &name) const {
  const json::value *value = object.if_contains(name);
  if (!value)
    return nullptr;
  if (const auto second = findSecondField(text_, name))
    texts_->fail(text_.data() + second->key,
                 fmt::format("expected one field {:?}, but the object has it "
                             "twice; remove one",
                             name));
  return value;
}

/// Of a byte of the object.
TextPlace JsonObjects::placeAt(std::size_t offset) const {
  return text_.empty() ? TextPlace() : texts_->placeOf(text_.data() + offset);
}

TextPlace JsonObjects::placeOf(const std::string &name) const {
  const auto field = findField(text_, name);
  return placeAt(field ? field->value : 0);
}

TextPlace JsonObjects::placeOfKey(const std::string &name) const {
  const auto field = findField(text_, name);
  return placeAt(field ? field->key : 0);
}

void JsonObjects::fail(const std::string &name, const std::string &what) const {
  const auto field = findField(text_, name);
  texts_->fail(text_.data() + (field ? field->value : 0), what);
}
