//===- DecidedRow.cpp - What a model decided of one row -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/DecidedRow.h"

#include "Audit/Digest.h"
#include "Error.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <iterator>
#include <sodium.h>

namespace mlc::runtime {

namespace json = boost::json;

/// A number as JSON has it: the shortest that is read as the same one.
static void appendNumber(std::string &text, float number) {
  if (std::isfinite(number))
    fmt::format_to(std::back_inserter(text), "{}", number);
  else
    text += "null";
}
static void appendNumber(std::string &text, std::int64_t number) {
  fmt::format_to(std::back_inserter(text), "{}", number);
}

template <typename Number>
static void appendList(std::string &text, std::span<const Number> numbers) {
  text += '[';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0)
      text += ',';
    appendNumber(text, numbers[i]);
  }
  text += ']';
}

std::string DecisionInput::bytes() const {
  std::string bytes;
  switch (kind) {
  case Text:
    bytes = text;
    break;
  case Dense:
    appendList(bytes, values);
    break;
  case Sparse: {
    bytes = "{\"columns\":[";
    for (std::size_t i = 0; i < columns.size(); ++i)
      fmt::format_to(std::back_inserter(bytes), "{}{}", i > 0 ? "," : "",
                     columns[i]);
    bytes += ']';
    if (!values.empty()) {
      bytes += ",\"values\":";
      appendList(bytes, values);
    }
    bytes += '}';
    break;
  }
  }
  return bytes;
}

static std::string hexadecimal(std::span<const std::uint8_t> bytes) {
  std::string text(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

std::string commitmentOf(const Salt &salt, std::string_view bytes) {
  std::array<std::uint8_t, 32> hash;
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char *>(bytes.data()),
                     bytes.size(), salt.data(), salt.size());
  return hexadecimal(hash);
}

std::string millisecondText(std::int64_t time) {
  constexpr std::int64_t second = 1000;
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::time_t(time / second)),
                     time % second);
}

/// A list of numbers or, where there are so many that an entry would get too
/// long, the hash of their bytes, of the lowest first.
template <typename Number>
static void appendNumbers(std::string &text, std::span<const Number> numbers) {
  constexpr std::size_t most = 256;
  if (numbers.size() <= most)
    return appendList(text, numbers);
  text += fmt::format("\"sha256:{}\"", sha256Of(std::as_bytes(numbers)));
}

std::string entryText(const DecidedRow &decision, std::string_view program,
                      const std::optional<Salt> &salt) {
  std::string text =
      fmt::format(R"({{"time":"{}","program":"{}","weights":"{}")",
                  millisecondText(decision.time), program, decision.weights);
  if (salt) {
    text += fmt::format(R"(,"salt":"{}","input":"{}")", commitmentOf(*salt, ""),
                        commitmentOf(*salt, decision.input.bytes()));
    if (!decision.explanation.empty())
      text += fmt::format(R"(,"explanation":"{}")",
                          commitmentOf(*salt, decision.explanation));
  }
  text += ",\"outputs\":";
  appendNumbers(text, decision.outputs);
  text += ",\"labels\":";
  appendNumbers(text, decision.labels);
  return text + "}";
}

static std::string payloadLine(const Payload &payload) {
  std::string text = fmt::format(R"({{"entry":{},"salt":"{}")", payload.entry,
                                 hexadecimal(payload.salt));
  for (const auto &[name, value] :
       {std::pair("input", &payload.input),
        std::pair("explanation", &payload.explanation)})
    if (*value)
      text += fmt::format(",\"{}\":{}", name,
                          json::serialize(json::string(**value)));
  return text + "}";
}

std::string payloadText(std::uint64_t entry, const Salt &salt,
                        const DecidedRow &decision, InputKeeping inputs) {
  Payload payload{.entry = entry,
                  .isErased = false,
                  .salt = salt,
                  .input = {},
                  .explanation = {}};
  if (inputs == InputKeeping::Full) {
    payload.input = decision.input.bytes();
    if (!decision.explanation.empty())
      payload.explanation = decision.explanation;
  }
  return payloadLine(payload);
}

std::string erasedText(std::uint64_t entry, std::size_t size) {
  std::string text = fmt::format(R"({{"entry":{},"erased":true}})", entry);
  // A payload is longer, since it has a salt.
  text.resize(std::max(size, text.size()), ' ');
  return text;
}

[[noreturn]] static void failEntry(const std::string &where,
                                   const std::string &what) {
  throw InputError(
      fmt::format("{}: {}; the file is damaged, or was changed", where, what));
}

static json::object jsonObjectOf(const std::string &where,
                                 std::string_view text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object())
    failEntry(where, "expected an object of JSON");
  return std::move(value.get_object());
}

/// A text in an object; empty where it is absent.
static std::string textIn(const std::string &where, const json::object &object,
                          std::string_view name) {
  const json::value *value = object.if_contains(name);
  if (!value)
    return "";
  if (!value->is_string())
    failEntry(where, fmt::format("expected a text as {:?}", name));
  return std::string(value->get_string());
}

LoggedDecision LoggedDecision::parse(const std::string &where,
                                     std::string_view text) {
  const json::object object = jsonObjectOf(where, text);
  LoggedDecision entry{.time = textIn(where, object, "time"),
                       .salt = textIn(where, object, "salt"),
                       .input = textIn(where, object, "input"),
                       .explanation = textIn(where, object, "explanation")};
  constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
  if (entry.time.size() != form.size() ||
      !std::ranges::equal(entry.time, form, [](char letter, char wanted) {
        return wanted == '0' ? '0' <= letter && letter <= '9'
                             : letter == wanted;
      }))
    failEntry(where, "expected a decision with its \"time\"");
  return entry;
}

Payload Payload::parse(const std::string &where, std::string_view line) {
  const json::object object = jsonObjectOf(where, line);
  const json::value *entry = object.if_contains("entry");
  if (!entry || !entry->is_int64() || entry->get_int64() < 0)
    failEntry(where, "expected the number of an \"entry\"");
  Payload payload{.entry = std::uint64_t(entry->get_int64()),
                  .isErased = object.contains("erased"),
                  .salt = {},
                  .input = {},
                  .explanation = {}};
  std::string again;
  if (payload.isErased) {
    again = erasedText(payload.entry, line.size());
  } else {
    const std::string salt = textIn(where, object, "salt");
    std::size_t size = 0;
    const char *end = nullptr;
    sodium_hex2bin(payload.salt.data(), payload.salt.size(), salt.data(),
                   salt.size(), nullptr, &size, &end);
    if (object.contains("input"))
      payload.input = textIn(where, object, "input");
    if (object.contains("explanation"))
      payload.explanation = textIn(where, object, "explanation");
    again = payloadLine(payload);
  }
  if (again != line)
    failEntry(where, "it is written otherwise than a payload");
  return payload;
}

bool Payload::belongsTo(const LoggedDecision &decision) const {
  return commitmentOf(salt, "") == decision.salt &&
         (!input || commitmentOf(salt, *input) == decision.input) &&
         (!explanation ||
          commitmentOf(salt, *explanation) == decision.explanation);
}

} // namespace mlc::runtime
