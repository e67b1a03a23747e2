//===- JsonRepair.cpp - What many writers get wrong in JSON ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/JsonRepair.h"

#include <charconv>

using namespace mlc::runtime;

/// The code unit of `\uXXXX` at the start of `text`.
static std::optional<unsigned> unitOf(std::string_view text) {
  constexpr std::size_t length = 6;
  if (text.size() < length || !text.starts_with("\\u"))
    return std::nullopt;
  unsigned unit = 0;
  const char *end = text.data() + length;
  auto [stop, error] = std::from_chars(text.data() + 2, end, unit, 16);
  if (error != std::errc() || stop != end)
    return std::nullopt;
  return unit;
}

static bool isHigh(unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; }
static bool isLow(unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; }

/// How long a number that is none is, at the start of `text`.
static std::size_t lengthOfNoNumber(std::string_view text) {
  for (std::string_view word : {"NaN", "Infinity", "-Infinity"})
    if (text.starts_with(word))
      return word.size();
  return 0;
}

RepairedJson mlc::runtime::repairJson(std::string_view text) {
  RepairedJson result;
  bool isText = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    std::size_t length = 1;
    if (!isText) {
      isText = rest[0] == '"';
      if (const std::size_t word = lengthOfNoNumber(rest)) {
        result.text += "null";
        result.isChanged = true;
        at += word;
        continue;
      }
    } else if (rest[0] == '"') {
      isText = false;
    } else if (rest[0] == '\\') {
      length = 2;
      if (const auto unit = unitOf(rest)) {
        length = 6;
        const auto second = unitOf(rest.substr(length));
        if (isHigh(*unit) && second && isLow(*second)) {
          length = 12;
        } else if (isHigh(*unit) || isLow(*unit)) {
          if (!result.loneSurrogate)
            result.loneSurrogate = at;
          result.text += "\\ufffd";
          result.isChanged = true;
          at += length;
          continue;
        }
      }
    }
    result.text += rest.substr(0, length);
    at += length;
  }
  return result;
}
