//===- Unicode.h - Characters of a text in C++ ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_UNICODE_H
#define MLC_RUNTIME_TEXT_UNICODE_H

#include "Characters/Characters.h"
#include "Text/PaddedBytes.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// The code point that starts at text[at], which is moved behind it. What is
/// not UTF-8 gives U+FFFD, a byte at a time.
inline std::int32_t decodeUtf8(std::string_view text, std::size_t &at) {
  return decodeCharacter(text.data(), text.size(), &at);
}
void appendUtf8(std::int32_t codePoint, std::string &out);
void appendUtf8(std::int32_t codePoint, PaddedBytes &out);

/// Replaces `out` by `text` in lower case, by Unicode's full mapping with its
/// rule for the final sigma (as Python's str.lower). Bytes that are not UTF-8
/// become U+FFFD. Returns `out`'s view. What is on one side of ASCII white
/// space makes no difference on the other. Source:
/// https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf, 3.13
std::string_view lowerCase(std::string_view text, PaddedBytes &out);

/// Whether no byte is above 127.
bool isAllAscii(std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_UNICODE_H
