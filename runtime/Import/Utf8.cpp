//===- Utf8.cpp - Checks that text is UTF-8 -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Utf8.h"

#include <boost/locale/utf.hpp>
#include <cstdint>
#include <cstring>
#include <fmt/core.h>

using namespace mlc::runtime;
using Utf8 = boost::locale::utf::utf_traits<char>;

/// Where `at`, skipping words of ASCII without NUL, comes to something else or
/// to less than a word before `end`.
static const char *skipAsciiWords(const char *at, const char *end) {
  constexpr std::uint64_t ones = 0x0101010101010101, highs = ones << 7;
  while (end - at >= static_cast<std::ptrdiff_t>(sizeof(std::uint64_t))) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    // Of bytes below 0x80, only a NUL borrows and so gets its high bit.
    if ((word | (word - ones)) & highs)
      break;
    at += sizeof(word);
  }
  return at;
}

const char *mlc::runtime::findBadText(std::string_view text) {
  const char *at = text.data(), *end = at + text.size();
  while ((at = skipAsciiWords(at, end)) != end) {
    const char *start = at;
    if (*at > 0) {
      ++at;
      continue;
    }
    if (*at == 0 ||
        !boost::locale::utf::is_valid_codepoint(Utf8::decode(at, end)))
      return start;
  }
  return end;
}

std::string mlc::runtime::describeBadText(const char *at, bool isReplaceable) {
  const char *other = isReplaceable ? ", or give --replace-invalid" : "";
  if (*at == 0)
    return fmt::format("expected text, but got a NUL byte; check that the file "
                       "is text{}",
                       other);
  return fmt::format(
      "expected UTF-8, but got the byte 0x{:02x}; {}convert "
      "the file, for example with iconv{}",
      static_cast<unsigned char>(*at),
      isReplaceable ? "give --encoding latin1 where it is that, " : "", other);
}

std::string mlc::runtime::replaceBadText(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto good = static_cast<std::size_t>(findBadText(text) - text.data());
    result += text.substr(0, good);
    if (good == text.size())
      break;
    result += "\xef\xbf\xbd"; // U+FFFD
    text.remove_prefix(good + 1);
  }
  return result;
}
