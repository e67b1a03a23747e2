//===- Unicode.cpp - Characters of a text in C++ --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Unicode.h"

#include <algorithm>
#include <cstring>

using namespace mlc::runtime;

void mlc::runtime::appendUtf8(std::int32_t codePoint, std::string &out) {
  char bytes[4];
  out.append(bytes, putUtf8(codePoint, bytes));
}

void mlc::runtime::appendUtf8(std::int32_t codePoint, PaddedBytes &out) {
  out.setEnd(putUtf8(codePoint, out.room(4)));
}

static constexpr std::size_t asciiBytes = 32;

/// Lower-cases a block into `out` if it is ASCII; in a form that compilers turn
/// into vector instructions.
static bool lowerBlock(const char *block, char *out) {
  unsigned char all = 0;
  for (std::size_t i = 0; i < asciiBytes; ++i)
    all |= static_cast<unsigned char>(block[i]);
  if (all >= 0x80)
    return false;
  for (std::size_t i = 0; i < asciiBytes; ++i) {
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
  constexpr std::size_t blockGrowth = 2 * asciiBytes + 3;
  out.clear();
  char *to = out.room(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text.size() - at >= asciiBytes && lowerBlock(&text[at], to)) {
      to += asciiBytes;
      at += asciiBytes;
      continue;
    }
    // A block with longer characters, or the rest.
    out.setEnd(to);
    to = out.room(text.size() - at + blockGrowth);
    const std::size_t stop = std::min(text.size(), at + asciiBytes);
    while (at < stop) {
      const char byte = text[at];
      if (classOf(byte) == notAscii) {
        to = lowerCharacter(text.data(), text.size(), &at, to);
      } else {
        *to++ = lowerAscii(byte);
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
