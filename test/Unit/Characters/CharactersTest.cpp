//===- CharactersTest.cpp - The tables of characters ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compares with utf8proc: every code point, every short sequence of bytes, and
// whatever may be joined.
//
//===----------------------------------------------------------------------===//

#include "Characters/Characters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <utf8proc.h>
#include <vector>

static constexpr std::int32_t codePoints = 0x110000;

static bool isSurrogate(std::int32_t c) { return c >= 0xD800 && c < 0xE000; }

/// Calls `check` with each code point that UTF-8 can say, and expects true.
static void forEachCodePoint(const std::function<bool(std::int32_t)> &check) {
  int wrong = 0;
  for (std::int32_t c = 0; c < codePoints; ++c)
    if (!isSurrogate(c) && !check(c) && ++wrong <= 5)
      ADD_FAILURE() << "U+" << std::hex << c;
  EXPECT_EQ(wrong, 0);
}

static std::string encoded(std::int32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes;
  const auto size = utf8proc_encode_char(c, bytes.data());
  return {reinterpret_cast<const char *>(bytes.data()),
          static_cast<std::size_t>(size)};
}

TEST(CharactersTest, Encodes) {
  forEachCodePoint([](std::int32_t c) {
    char bytes[4];
    return std::string(bytes, putUtf8(c, bytes)) == encoded(c);
  });
}

static bool decodesAlike(std::string_view text) {
  std::int32_t expected = 0;
  auto length =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &expected);
  if (length <= 0) {
    length = 1;
    expected = replacementCharacter;
  }
  std::size_t at = 0;
  return decodeCharacter(text.data(), text.size(), &at) == expected &&
         at == static_cast<std::size_t>(length);
}

TEST(CharactersTest, DecodesWhatIsUtf8) {
  std::size_t wrong = 0;
  auto check = [&](std::initializer_list<int> bytes) {
    char text[4];
    std::ranges::transform(bytes, text,
                           [](int byte) { return static_cast<char>(byte); });
    wrong += !decodesAlike({text, bytes.size()});
  };
  constexpr int edges[] = {0, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0};
  for (int first = 0; first < 256; ++first) {
    check({first});
    for (int second = 0; second < 256; ++second) {
      check({first, second});
      for (int third = 0; third < 256; ++third)
        check({first, second, third});
      for (int third : edges)
        for (int fourth : edges)
          check({first, second, third, fourth});
    }
  }
  EXPECT_EQ(wrong, 0U);
}

TEST(CharactersTest, Classes) {
  forEachCodePoint([](std::int32_t c) {
    const auto category = utf8proc_category(c);
    const bool isLetter =
        category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    const bool isNumber =
        category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
    const bool isOfMarks =
        category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
    const bool isSpace = (c >= '\t' && c <= '\r') || c == 0x85 ||
                         category == UTF8PROC_CATEGORY_ZS ||
                         category == UTF8PROC_CATEGORY_ZL ||
                         category == UTF8PROC_CATEGORY_ZP;
    const bool isPicture =
        c > 0xFF && utf8proc_get_property(c)->boundclass ==
                        UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
    return isLetterOrNumber(c) == (isLetter || isNumber) &&
           isMark(c) == isOfMarks && isWhiteSpace(c) == isSpace &&
           isEmoji(c) == isPicture;
  });
}

static std::string lowered(std::string_view text) {
  std::string lower(3 * text.size() + 4, 0);
  std::size_t at = 0;
  char *to = lower.data();
  while (at < text.size()) {
    if (isLong(text[at]))
      to = lowerCharacter(text.data(), text.size(), &at, to);
    else
      *to++ = lowerAscii(text[at++]);
  }
  lower.resize(static_cast<std::size_t>(to - lower.data()));
  return lower;
}

TEST(CharactersTest, LowerCase) {
  forEachCodePoint([](std::int32_t c) {
    if (c == 0x130 || c == 0x3A3) // More than one, and one of two.
      return true;
    return lowered(encoded(c)) == encoded(utf8proc_tolower(c));
  });
  EXPECT_EQ(lowered("\xC4\xB0"), "i\xCC\x87");
}

/// A sigma is final behind a cased letter and before none; what case ignores
/// makes no difference.
TEST(CharactersTest, FinalSigma) {
  const std::string sigma = encoded(0x3A3), small = encoded(0x3C3),
                    final = encoded(0x3C2), alpha = encoded(0x3B1);
  forEachCodePoint([&](std::int32_t c) {
    const auto category = utf8proc_category(c);
    const bool isCased = category == UTF8PROC_CATEGORY_LU ||
                         category == UTF8PROC_CATEGORY_LL ||
                         category == UTF8PROC_CATEGORY_LT;
    constexpr std::int32_t internal[] = {
        '\'',   '.',    ':',    0xB7,   0x387,  0x55F,  0x5F4,  0x2018, 0x2019,
        0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};
    const bool isIgnored =
        category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
        category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_LM ||
        category == UTF8PROC_CATEGORY_SK ||
        std::ranges::find(internal, c) != std::end(internal);
    if (isIgnored)
      return lowered(alpha + encoded(c) + sigma).ends_with(final) &&
             lowered(alpha + sigma + encoded(c)).starts_with(alpha + final) &&
             lowered(alpha + sigma + encoded(c) + alpha)
                 .starts_with(alpha + small);
    return lowered(encoded(c) + sigma).ends_with(isCased ? final : small) &&
           lowered(alpha + sigma + encoded(c))
               .starts_with(alpha + (isCased ? small : final));
  });
}

/// As utf8proc_map does it; that one cannot keep its hands off a NUL.
static std::string foldedByUtf8proc(const std::vector<std::int32_t> &text,
                                    bool partsWords) {
  constexpr auto options = static_cast<utf8proc_option_t>(
      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
      UTF8PROC_IGNORE);
  std::vector<std::int32_t> points;
  for (std::int32_t c : text) {
    if (c == zeroWidthSpace && partsWords) {
      points.push_back(' ');
      continue;
    }
    std::int32_t room[32];
    int boundary = 0;
    const auto count = utf8proc_decompose_char(fromWindows1252(c), room, 32,
                                               options, &boundary);
    points.insert(points.end(), room, room + count);
  }
  auto place = [](std::int32_t c) {
    return utf8proc_get_property(c)->combining_class;
  };
  for (auto first = points.begin(); first != points.end();) {
    const auto last = std::find_if(
        first, points.end(), [&](std::int32_t c) { return place(c) == 0; });
    std::stable_sort(first, last, [&](std::int32_t left, std::int32_t right) {
      return place(left) < place(right);
    });
    first = last == points.end() ? last : last + 1;
  }
  const auto count = utf8proc_normalize_utf32(
      points.data(), static_cast<utf8proc_ssize_t>(points.size()), options);
  std::string folded;
  for (utf8proc_ssize_t i = 0; i < count; ++i)
    folded += encoded(points[static_cast<std::size_t>(i)]);
  return folded;
}

/// Whether both ways of folding agree with utf8proc, and stay in their room.
static bool foldsAlike(const std::vector<std::int32_t> &text,
                       bool partsWords = true) {
  std::string piece;
  for (std::int32_t c : text)
    piece += encoded(c);
  const std::string expected = foldedByUtf8proc(text, partsWords);
  std::string folded(foldedBytes * piece.size() + 4, 0);
  std::vector<std::int32_t> points(2 * foldedPoints * piece.size());
  char *end = foldJoined(piece.data(), piece.size(), partsWords, points.data(),
                         points.data() + points.size() / 2, folded.data());
  if (std::string_view(folded.data(), end) != expected)
    return false;
  end = foldSimple(piece.data(), piece.size(), partsWords, folded.data());
  return !end || std::string_view(folded.data(), end) == expected;
}

TEST(CharactersTest, FoldsEachCharacter) {
  forEachCodePoint(
      [](std::int32_t c) { return foldsAlike({c}) && foldsAlike({c}, false); });
}

namespace {
/// Code points that change, or that others are joined to, and those that may be
/// joined to one before them.
struct Interesting {
  std::vector<std::int32_t> firsts, seconds;

  Interesting() {
    std::array<int, 256> seen = {};
    for (std::int32_t c = 0; c < codePoints; ++c) {
      if (isSurrogate(c))
        continue;
      const auto *property = utf8proc_get_property(c);
      const int place = property->combining_class;
      const bool mayJoin = property->comb_index != UINT16_MAX;
      if (mayJoin || c % 97 == 0 || foldedByUtf8proc({c}, true) != encoded(c))
        firsts.push_back(c);
      const bool isSecond = mayJoin && property->comb_index >= 0x8000;
      const bool isJamo =
          (c >= 0x1161 && c < 0x1176) || (c >= 0x11A7 && c < 0x11C3);
      if (isSecond || isJamo || (place != 0 && ++seen[place] <= 2))
        seconds.push_back(c);
    }
  }
};
} // namespace

TEST(CharactersTest, FoldsPairs) {
  const Interesting interesting;
  EXPECT_GT(interesting.firsts.size(), 8000U);
  EXPECT_GT(interesting.seconds.size(), 150U);
  int wrong = 0;
  for (std::int32_t first : interesting.firsts)
    for (std::int32_t second : interesting.seconds)
      if (!foldsAlike({first, second}) && ++wrong <= 5)
        ADD_FAILURE() << std::hex << first << " " << second;
  EXPECT_EQ(wrong, 0);
}

TEST(CharactersTest, FoldsSequences) {
  const Interesting interesting;
  std::mt19937 random(1);
  auto pick = [&](const std::vector<std::int32_t> &from) {
    return from[random() % from.size()];
  };
  for (int i = 0; i < 200'000; ++i) {
    std::vector<std::int32_t> text(1 + random() % 12);
    for (std::int32_t &c : text) {
      const auto kind = random() % 8;
      c = kind < 3   ? pick(interesting.seconds)
          : kind < 6 ? pick(interesting.firsts)
          : kind < 7 ? static_cast<std::int32_t>(0xAC00 + random() % 11172)
                     : static_cast<std::int32_t>(random() % 128);
    }
    ASSERT_TRUE(foldsAlike(text, i % 2 == 0)) << i;
  }
}
