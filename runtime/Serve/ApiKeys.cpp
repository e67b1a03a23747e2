//===- ApiKeys.cpp - Who may ask ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/ApiKeys.h"

#include "Error.h"
#include "System/MappedFile.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace mlc::runtime {

void ApiKeys::add(std::string_view key, std::string_view origin) {
  const bool isVisible = std::ranges::all_of(
      key, [](char letter) { return letter > ' ' && letter < 0x7f; });
  if (key.empty() || !isVisible)
    throw InputError(fmt::format("{}: expected a key of visible ASCII "
                                 "characters without blanks, such as openssl "
                                 "rand -hex 32 makes",
                                 origin));
  keys_.emplace_back(key);
}

void ApiKeys::addFile(const std::string &path) {
  const MappedFile file(path);
  std::string_view text = file.text();
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    std::string_view key = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (key.ends_with('\r'))
      key.remove_suffix(1);
    if (!key.empty())
      add(key, fmt::format("{}:{}", path, line));
  }
  if (keys_.empty())
    throw InputError(fmt::format("{}: expected a key on each line, but got "
                                 "none",
                                 path));
}

/// Looks at every character of `shown`, whichever of them are right.
static bool isSame(std::string_view key, std::string_view shown) {
  unsigned different = key.size() == shown.size() ? 0 : 1;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    different |= unsigned(shown[i]) ^ unsigned(key[i % key.size()]);
    // So that the compiler does not stop at the first difference either.
    asm volatile("" : "+r"(different));
  }
  return different == 0;
}

bool ApiKeys::accept(std::string_view authorization) const {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() < scheme.size() ||
      !std::ranges::equal(
          authorization.substr(0, scheme.size()), scheme, {},
          [](unsigned char letter) { return char(std::tolower(letter)); }))
    return false;
  authorization.remove_prefix(scheme.size());
  bool isKnown = false;
  for (const std::string &key : keys_)
    isKnown |= isSame(key, authorization);
  return isKnown;
}

} // namespace mlc::runtime
