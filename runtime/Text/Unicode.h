//===- Unicode.h - What tokenizers ask of characters ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_UNICODE_H
#define MLC_RUNTIME_TEXT_UNICODE_H

#include "Text/PaddedBytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mlc::runtime {

constexpr std::int32_t replacementCharacter = 0xFFFD;

/// The code point that starts at text[at], which is moved behind it. What is
/// not UTF-8 gives U+FFFD, a byte at a time.
std::int32_t decodeUtf8(std::string_view text, std::size_t &at);
void appendUtf8(std::int32_t codePoint, std::string &out);
void appendUtf8(std::int32_t codePoint, PaddedBytes &out);
/// Whether a byte goes on with a character that began before it.
inline bool isContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}
inline bool isAscii(std::int32_t codePoint) { return codePoint < 0x80; }

/// Letter (L) or number (N): what Python's str.isalnum takes.
bool isLetterOrNumber(std::int32_t codePoint);
/// A mark (M), such as an accent that is written apart.
bool isMark(std::int32_t codePoint);
/// The property White_Space.
bool isWhiteSpace(std::int32_t codePoint);
/// A space without width, which parts words where no white space does.
constexpr std::int32_t zeroWidthSpace = 0x200B;
/// Whether a character is the picture of an emoji: Extended_Pictographic, but
/// no sign of Latin-1. Source: https://www.unicode.org/reports/tr51/
bool isEmoji(std::int32_t codePoint);
/// One of the two letters of a flag.
inline bool isFlagLetter(std::int32_t codePoint) {
  return codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF;
}
/// Ideographs and hiragana, which are written without spaces.
bool isWordOfItsOwn(std::int32_t codePoint);

/// The classes of ASCII characters, for loops over bytes.
enum : std::uint8_t {
  asciiWord = 1,       ///< letter or digit
  asciiSpace = 2,      ///< white space
  asciiUnderscore = 4, ///< `_`
  asciiJoiner = 8,     ///< `'` and `-`
  notAscii = 16,       ///< a byte of a longer character
};
constexpr std::array<std::uint8_t, 256> byteClass = [] {
  std::array<std::uint8_t, 256> classes = {};
  for (int byte = 0; byte < 256; ++byte) {
    std::uint8_t &mark = classes[static_cast<std::size_t>(byte)];
    if (byte >= 0x80)
      mark = notAscii;
    else if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
             (byte >= 'A' && byte <= 'Z'))
      mark = asciiWord;
    else if (byte == ' ' || (byte >= '\t' && byte <= '\r'))
      mark = asciiSpace;
    else if (byte == '_')
      mark = asciiUnderscore;
    else if (byte == '\'' || byte == '-')
      mark = asciiJoiner;
  }
  return classes;
}();
inline std::uint8_t classOf(char byte) {
  return byteClass[static_cast<unsigned char>(byte)];
}

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
