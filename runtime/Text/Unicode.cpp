//===- Unicode.cpp - What tokenizers ask of characters --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Unicode.h"

#include <algorithm>
#include <cstring>
#include <utf8proc.h>

using namespace mlc::runtime;

static constexpr std::int32_t capitalDottedI = 0x130;
static constexpr std::int32_t combiningDotAbove = 0x307;
static constexpr std::int32_t capitalSigma = 0x3A3, smallSigma = 0x3C3,
                              finalSigma = 0x3C2;

std::int32_t mlc::runtime::decodeUtf8(std::string_view text, std::size_t &at) {
  std::int32_t codePoint = 0;
  const utf8proc_ssize_t length = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t *>(text.data()) + at,
      static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size() - at, 4)),
      &codePoint);
  if (length <= 0) {
    ++at;
    return replacementCharacter;
  }
  at += static_cast<std::size_t>(length);
  return codePoint;
}

/// Writes a character at `to`; returns where it ends.
static char *putUtf8(std::int32_t codePoint, char *to) {
  return to + utf8proc_encode_char(codePoint,
                                   reinterpret_cast<utf8proc_uint8_t *>(to));
}

void mlc::runtime::appendUtf8(std::int32_t codePoint, std::string &out) {
  char bytes[4];
  out.append(bytes, putUtf8(codePoint, bytes));
}

void mlc::runtime::appendUtf8(std::int32_t codePoint, PaddedBytes &out) {
  out.setEnd(putUtf8(codePoint, out.room(4)));
}

bool mlc::runtime::isLetterOrNumber(std::int32_t codePoint) {
  const utf8proc_category_t category = utf8proc_category(codePoint);
  return (category >= UTF8PROC_CATEGORY_LU &&
          category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

bool mlc::runtime::isMark(std::int32_t codePoint) {
  const utf8proc_category_t category = utf8proc_category(codePoint);
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

bool mlc::runtime::isWhiteSpace(std::int32_t codePoint) {
  if (isAscii(codePoint))
    return byteClass[static_cast<std::size_t>(codePoint)] == asciiSpace;
  const utf8proc_category_t category = utf8proc_category(codePoint);
  return codePoint == 0x85 || category == UTF8PROC_CATEGORY_ZS ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool mlc::runtime::isEmoji(std::int32_t codePoint) {
  constexpr std::int32_t lastOfLatin1 = 0xFF;
  return codePoint > lastOfLatin1 &&
         utf8proc_get_property(codePoint)->boundclass ==
             UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool mlc::runtime::isWordOfItsOwn(std::int32_t codePoint) {
  auto isIn = [codePoint](std::int32_t first, std::int32_t last) {
    return codePoint >= first && codePoint <= last;
  };
  // Hiragana and the blocks of CJK ideographs.
  return isIn(0x3041, 0x309F) || isIn(0x3400, 0x4DBF) || isIn(0x4E00, 0x9FFF) ||
         isIn(0xF900, 0xFAFF) || isIn(0x20000, 0x3FFFF);
}

static bool isCased(std::int32_t codePoint) {
  const utf8proc_category_t category = utf8proc_category(codePoint);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LT;
}

/// Case_Ignorable: marks, modifiers, formats and the word-internal marks.
static bool isCaseIgnorable(std::int32_t codePoint) {
  switch (utf8proc_category(codePoint)) {
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_ME:
  case UTF8PROC_CATEGORY_CF:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_SK:
    return true;
  default:
    constexpr std::int32_t internal[] = {
        '\'',   '.',    ':',    0xB7,   0x387,  0x55F,  0x5F4,  0x2018, 0x2019,
        0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};
    return std::ranges::find(internal, codePoint) != std::end(internal);
  }
}

/// Whether a cased letter stands before text[end], beyond what case ignores.
static bool followsCased(std::string_view text, std::size_t end) {
  while (end > 0) {
    std::size_t start = end - 1;
    while (start > 0 && end - start < 4 && isContinuation(text[start]))
      --start;
    std::size_t at = start;
    const std::int32_t codePoint = decodeUtf8(text, at);
    if (!isCaseIgnorable(codePoint))
      return isCased(codePoint);
    end = start;
  }
  return false;
}

static bool precedesCased(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::int32_t codePoint = decodeUtf8(text, at);
    if (!isCaseIgnorable(codePoint))
      return isCased(codePoint);
  }
  return false;
}

/// Lower-cases the character at text[at], which is not ASCII, into `to`.
/// Returns where that ends.
static char *lowerLong(std::string_view text, std::size_t &at, char *to) {
  const std::size_t start = at;
  const std::int32_t codePoint = decodeUtf8(text, at);
  if (codePoint == capitalDottedI) {
    *to++ = 'i';
    return putUtf8(combiningDotAbove, to);
  }
  if (codePoint == capitalSigma) {
    const bool isFinal = followsCased(text, start) && !precedesCased(text, at);
    return putUtf8(isFinal ? finalSigma : smallSigma, to);
  }
  return putUtf8(utf8proc_tolower(codePoint), to);
}

static constexpr std::size_t blockBytes = 32;

/// Lower-cases a block into `out` if it is ASCII; in a form that compilers turn
/// into vector instructions.
static bool lowerBlock(const char *block, char *out) {
  unsigned char all = 0;
  for (std::size_t i = 0; i < blockBytes; ++i)
    all |= static_cast<unsigned char>(block[i]);
  if (all >= 0x80)
    return false;
  for (std::size_t i = 0; i < blockBytes; ++i) {
    const auto byte = static_cast<unsigned char>(block[i]);
    const bool isCapital = static_cast<unsigned char>(byte - 'A') < 26;
    out[i] = static_cast<char>(byte + (isCapital ? 'a' - 'A' : 0));
  }
  return true;
}

std::string_view mlc::runtime::lowerCase(std::string_view text,
                                         PaddedBytes &out) {
  // A character takes at most as many bytes again, and a byte that is not UTF-8
  // three.
  constexpr std::size_t blockGrowth = 2 * blockBytes + 3;
  out.clear();
  char *to = out.room(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text.size() - at >= blockBytes && lowerBlock(&text[at], to)) {
      to += blockBytes;
      at += blockBytes;
      continue;
    }
    // A block with longer characters, or the rest.
    out.setEnd(to);
    to = out.room(text.size() - at + blockGrowth);
    const std::size_t stop = std::min(text.size(), at + blockBytes);
    while (at < stop) {
      const char byte = text[at];
      if (classOf(byte) == notAscii) {
        to = lowerLong(text, at, to);
      } else {
        *to++ = byte >= 'A' && byte <= 'Z' ? char(byte + 'a' - 'A') : byte;
        ++at;
      }
    }
  }
  out.setEnd(to);
  return out.view();
}

bool mlc::runtime::isAllAscii(std::string_view text) {
  unsigned char all = 0;
  for (char byte : text)
    all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}
