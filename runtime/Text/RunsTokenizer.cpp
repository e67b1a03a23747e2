//===- RunsTokenizer.cpp - Runs of one kind of character ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/TokenizerRules.h"

#include <bit>
#include <cstring>

using namespace mlc::runtime;

static constexpr std::size_t blockBytes = 64;

namespace {
/// What separates tokens of the kind `Whitespace`: all else belongs to one.
struct NoSpace {
  static bool takesAscii(unsigned char byte) {
    return !(byte == ' ' || static_cast<unsigned char>(byte - '\t') < 5);
  }
  static bool takes(std::int32_t codePoint) {
    return !isWhiteSpace(codePoint) && codePoint != zeroWidthSpace;
  }
};

/// The same of before U+200B was one of them.
struct NoWideSpace : NoSpace {
  static bool takes(std::int32_t codePoint) { return !isWhiteSpace(codePoint); }
};

/// `\w` of Python's regular expressions, in lower case.
struct WordCharacter {
  static bool takesAscii(unsigned char byte) {
    return static_cast<unsigned char>(byte - 'a') < 26 ||
           static_cast<unsigned char>(byte - '0') < 10 || byte == '_';
  }
  static bool takes(std::int32_t codePoint) {
    return isLetterOrNumber(codePoint);
  }
};
} // namespace

/// Bit i is whether byte i of the block is inside a token. False where the
/// block is not ASCII. In a form that compilers turn into vector instructions.
template <typename Inside>
static bool markBlock(const char *block, std::uint64_t &bits) {
  unsigned char flags[blockBytes], all = 0;
  for (std::size_t at = 0; at < blockBytes; ++at) {
    const auto byte = static_cast<unsigned char>(block[at]);
    all |= byte;
    flags[at] = Inside::takesAscii(byte);
  }
  // Moves the lowest bits of eight bytes into the highest byte.
  constexpr std::uint64_t gather = 0x0102040810204080;
  bits = 0;
  for (std::size_t at = 0; at < blockBytes; at += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, &flags[at], sizeof(eight));
    bits |= (eight * gather >> 56) << at;
  }
  return all < 0x80;
}

/// Marks the bytes of `text`, whose padding is blank, that are inside a token.
template <typename Inside>
static void markInside(std::string_view text,
                       std::vector<std::uint64_t> &bits) {
  bits.assign(text.size() / blockBytes + 1, 0);
  auto mark = [&](std::size_t at) {
    bits[at / blockBytes] |= std::uint64_t{1} << at % blockBytes;
  };
  for (std::size_t block = 0, at = 0; block < bits.size(); ++block) {
    const std::size_t start = block * blockBytes, stop = start + blockBytes;
    if (std::uint64_t whole;
        at <= start && markBlock<Inside>(text.data() + start, whole)) {
      bits[block] = whole;
      continue;
    }
    // With longer characters, of which the last may reach into the next block.
    for (at = std::max(at, start); at < std::min(stop, text.size());) {
      const std::size_t first = at;
      const bool isLong = classOf(text[at]) == notAscii;
      const bool isInside =
          isLong ? Inside::takes(decodeUtf8(text, at))
                 : Inside::takesAscii(static_cast<unsigned char>(text[at++]));
      for (std::size_t byte = first; isInside && byte < at; ++byte)
        mark(byte);
    }
  }
}

namespace {
/// Lower case, then the runs of what `Inside` takes.
template <typename Inside>
class RunRules : public TokenizerRules {
public:
  using TokenizerRules::TokenizerRules;

  void tokenize(std::string_view piece, TokenBuffer &tokens) const override {
    const std::string_view lower = lowerCase(piece, tokens.scratch.lower);
    std::memset(tokens.scratch.lower.data() + lower.size(), ' ', blockBytes);
    std::vector<std::uint64_t> &inside = tokens.scratch.inside;
    markInside<Inside>(lower, inside);
    std::size_t begin = 0;
    bool isIn = false;
    std::uint64_t last = 0; // Whether the byte before is inside.
    for (std::size_t block = 0; block < inside.size(); ++block) {
      const std::uint64_t bits = inside[block];
      for (std::uint64_t edges = bits ^ (bits << 1 | last); edges;
           edges &= edges - 1, isIn = !isIn) {
        const std::size_t at =
            block * blockBytes +
            static_cast<std::size_t>(std::countr_zero(edges));
        if (isIn)
          push(tokens, lower.substr(begin, at - begin));
        else
          begin = at;
      }
      last = bits >> 63;
    }
  }
};
} // namespace

std::unique_ptr<TokenizerRules>
mlc::runtime::makeRunRules(TokenizerKind kind, std::size_t minLength,
                           int version) {
  if (kind == TokenizerKind::Whitespace && version == oldTokenizer)
    return std::make_unique<RunRules<NoWideSpace>>(minLength);
  if (kind == TokenizerKind::Whitespace)
    return std::make_unique<RunRules<NoSpace>>(minLength);
  return std::make_unique<RunRules<WordCharacter>>(minLength);
}
