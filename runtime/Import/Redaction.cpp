//===- Redaction.cpp - Addresses and numbers that tell who it is ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Redaction.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string_view>

namespace mlc::runtime {

static bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// An ASCII letter, or a byte of any other letter.
static bool isLetter(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || static_cast<unsigned char>(c) >= 128;
}

static bool isWord(char c) { return isLetter(c) || isDigit(c); }

static bool isLocal(char c) {
  return isWord(c) ||
         std::string_view("._%+-'").find(c) != std::string_view::npos;
}

namespace {
/// Bytes `begin` to `end` of a text.
struct Piece {
  std::size_t begin, end;
};

/// Digits of a text, from one that has none before it: up to `most` groups with
/// what parts them.
class DigitGroups {
public:
  DigitGroups(std::string_view text, std::size_t at) : text_(text) {
    hasPlus_ = at > 0 && text[at - 1] == '+';
    while (count_ < most) {
      std::size_t end = at;
      while (end < text.size() && isDigit(text[end]))
        ++end;
      groups_[count_++] = {at, end};
      at = end;
      while (at < text.size() && at - end < 2 && isSeparator(text[at]))
        ++at;
      if (at == end || at == text.size() || !isDigit(text[at]))
        break;
    }
  }

  /// The end of the first group.
  std::size_t firstEnd() const { return groups_[0].end; }

  /// Of the most groups that are a card's number.
  std::optional<std::size_t> cardEnd() const {
    return endOf(&DigitGroups::isCard);
  }
  std::optional<std::size_t> phoneEnd() const {
    return endOf(&DigitGroups::isPhone);
  }

private:
  static constexpr std::size_t most = 8;
  using Groups = std::span<const Piece>;

  static bool isSeparator(char c) {
    return std::string_view(" -./()").find(c) != std::string_view::npos;
  }

  std::optional<std::size_t> endOf(bool (DigitGroups::*is)(Groups groups)
                                       const) const {
    for (std::size_t count = count_; count > 0; --count)
      if ((this->*is)(Groups(groups_.data(), count)))
        return groups_[count - 1].end;
    return std::nullopt;
  }

  static std::size_t sizeOf(const Piece &group) {
    return group.end - group.begin;
  }
  static std::size_t digitsOf(Groups groups) {
    std::size_t digits = 0;
    for (const Piece &group : groups)
      digits += sizeOf(group);
    return digits;
  }
  /// Whether the first groups have these many digits.
  static bool startsWith(Groups groups, std::span<const std::size_t> sizes) {
    return groups.size() >= sizes.size() &&
           std::ranges::equal(groups.first(sizes.size()), sizes, {}, sizeOf);
  }
  std::string_view between(Groups groups, std::size_t place) const {
    return text_.substr(groups[place].end,
                        groups[place + 1].begin - groups[place].end);
  }

  /// The sum of Luhn's rule: every second digit from the right counts double,
  /// less 9 where that has two digits.
  bool isRightByLuhn(Groups groups) const {
    int sum = 0;
    bool isDoubled = false;
    for (std::size_t at = groups.back().end; at-- > groups.front().begin;) {
      if (!isDigit(text_[at]))
        continue;
      const int digit = (text_[at] - '0') * (isDoubled ? 2 : 1);
      sum += digit > 9 ? digit - 9 : digit;
      isDoubled = !isDoubled;
    }
    return sum % 10 == 0;
  }

  bool isCard(Groups groups) const {
    const std::size_t digits = digitsOf(groups);
    const char first = text_[groups.front().begin];
    if (digits < 13 || digits > 19 || first < '2' || first > '6' || hasPlus_)
      return false;
    for (std::size_t place = 0; place + 1 < groups.size(); ++place)
      if (const std::string_view sign = between(groups, place);
          sign != " " && sign != "-")
        return false;
    return isRightByLuhn(groups);
  }

  bool isDate(Groups groups) const {
    constexpr std::array<std::size_t, 3> sizes = {2, 2, 4};
    return startsWith(groups, sizes) &&
           between(groups, 0) == between(groups, 1);
  }

  bool isNorthAmerican(Groups groups) const {
    if (sizeOf(groups.front()) == 1 && text_[groups.front().begin] == '1')
      groups = groups.subspan(1);
    constexpr std::array<std::size_t, 3> sizes = {3, 3, 4};
    return groups.size() == 3 && startsWith(groups, sizes) &&
           text_[groups[0].begin] >= '2' && text_[groups[1].begin] >= '2';
  }

  bool isPhone(Groups groups) const {
    const std::size_t digits = digitsOf(groups);
    if (hasPlus_)
      return digits >= 7 && digits <= 15;
    if (isDate(groups))
      return false;
    const std::string_view first =
        text_.substr(groups.front().begin, sizeOf(groups.front()));
    if (first.starts_with("00"))
      return digits >= 9 && digits <= 17;
    if (first.starts_with('0') && first.size() > 1)
      return groups.size() > 1 ? digits >= 9 && digits <= 13
                               : digits == 10 || digits == 11;
    return isNorthAmerican(groups);
  }

  std::string_view text_;
  bool hasPlus_ = false;
  std::array<Piece, most> groups_ = {};
  std::size_t count_ = 0;
};
} // namespace

/// The address around the @ at `at`, of which nothing before `from` is part.
static std::optional<Piece> addressAt(std::string_view text, std::size_t at,
                                      std::size_t from) {
  Piece address = {at, at + 1};
  while (address.begin > from && isLocal(text[address.begin - 1]))
    --address.begin;
  std::size_t labels = 0;
  bool isName = false; // The last label is made of letters.
  while (true) {
    std::size_t end = address.end;
    isName = true;
    while (end < text.size() && (isWord(text[end]) || text[end] == '-'))
      isName &= isLetter(text[end++]);
    if (end == address.end)
      return std::nullopt;
    ++labels;
    address.end = end;
    // A point that ends a sentence is no part of it.
    if (end + 1 >= text.size() || text[end] != '.' || !isWord(text[end + 1]))
      break;
    ++address.end;
  }
  if (address.begin == at || labels < 2 || !isName)
    return std::nullopt;
  return address;
}

std::string RedactedCounts::text() const {
  const auto some = [](std::int64_t count, std::string_view what,
                       std::string_view plural) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : plural);
  };
  return fmt::format("{}, {} and {}", some(addresses, "e-mail address", "es"),
                     some(phones, "telephone number", "s"),
                     some(cards, "card number", "s"));
}

void redact(std::string &text, RedactedCounts &counts) {
  std::size_t from = 0; // What is before it is done.
  const auto blank = [&](std::size_t begin, std::size_t end) {
    std::fill(text.begin() + std::ptrdiff_t(begin),
              text.begin() + std::ptrdiff_t(end), ' ');
    from = end;
  };
  for (std::size_t at = 0; at < text.size(); at = std::max(at + 1, from)) {
    if (text[at] == '@') {
      if (const auto address = addressAt(text, at, from)) {
        blank(address->begin, address->end);
        ++counts.addresses;
      } else {
        from = at + 1;
      }
    }
  }
  from = 0;
  for (std::size_t at = 0; at < text.size(); at = std::max(at + 1, from)) {
    if (!isDigit(text[at]))
      continue;
    const DigitGroups groups(text, at);
    // A number that goes on from a word or from behind a point is another.
    const bool isFree =
        at == 0 || (!isWord(text[at - 1]) && text[at - 1] != '.');
    if (const auto card = isFree ? groups.cardEnd() : std::nullopt) {
      blank(at, *card);
      ++counts.cards;
    } else if (const auto phone = isFree ? groups.phoneEnd() : std::nullopt) {
      const bool hasSign =
          at > 0 && (text[at - 1] == '+' || text[at - 1] == '(');
      blank(at - std::size_t(hasSign), *phone);
      ++counts.phones;
    } else {
      from = groups.firstEnd();
    }
  }
}

} // namespace mlc::runtime
