//===- HtmlText.cpp - The text of a piece of HTML -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/HtmlText.h"

#include "Text/Unicode.h"

#include <algorithm>
#include <charconv>
#include <iterator>

using namespace mlc::runtime;

static constexpr std::size_t maxReferenceBytes = 32;

/// The names of U+00A0 to U+00FF, in their order.
static constexpr std::string_view latinNames[] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar",
    "sect",   "uml",    "copy",   "ordf",   "laquo",  "not",    "shy",
    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",
    "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",   "raquo",
    "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
    "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute",
    "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",
    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",
    "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",
    "aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave",
    "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute",
    "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute",
    "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};
static_assert(std::size(latinNames) == 0x60);

static constexpr std::pair<std::string_view, std::int32_t> otherNames[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},
    {"apos", '\''},    {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C},
    {"rdquo", 0x201D}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"hellip", 0x2026},
    {"OElig", 0x152},  {"oelig", 0x153},  {"Scaron", 0x160}, {"scaron", 0x161},
    {"Yuml", 0x178}};

std::int32_t mlc::runtime::fromWindows1252(std::int32_t codePoint) {
  static constexpr std::int32_t characters[0x20] = {
      0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
      0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
      0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
      0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  return codePoint >= 0x80 && codePoint < 0xA0 ? characters[codePoint - 0x80]
                                               : codePoint;
}

static std::int32_t characterNumbered(std::string_view number) {
  const bool isHexadecimal = number.starts_with('x') || number.starts_with('X');
  number.remove_prefix(isHexadecimal);
  std::uint32_t value = 0;
  auto [stop, error] =
      std::from_chars(number.data(), number.data() + number.size(), value,
                      isHexadecimal ? 16 : 10);
  if (error == std::errc::invalid_argument ||
      stop != number.data() + number.size())
    return -1;
  if (error != std::errc() || value == 0 || value > 0x10FFFF ||
      (value >= 0xD800 && value < 0xE000))
    return replacementCharacter;
  return fromWindows1252(static_cast<std::int32_t>(value));
}

/// The character that `&name;` stands for, or -1 if it looks like none.
static std::int32_t characterNamed(std::string_view name) {
  if (name.starts_with('#'))
    return characterNumbered(name.substr(1));
  if (name.empty() || !std::ranges::all_of(name, [](char byte) {
        return classOf(byte) == asciiWord;
      }))
    return -1;
  auto latin = std::ranges::find(latinNames, name);
  if (latin != std::end(latinNames))
    return static_cast<std::int32_t>(0xA0 + (latin - latinNames));
  auto other = std::ranges::find(
      otherNames, name, &std::pair<std::string_view, std::int32_t>::first);
  return other != std::end(otherNames) ? other->second : ' ';
}

namespace {
/// Finds the ends of tags; asks for each kind of end no more once there is
/// none.
class Markup {
public:
  explicit Markup(std::string_view text) : text_(text) {}

  /// Behind the tag or comment that starts at text[at], which is `<`; `at` if
  /// none does.
  std::size_t endOfTag(std::size_t at) {
    const std::string_view rest = text_.substr(at);
    if (rest.starts_with("<!--")) {
      const std::size_t end = find("-->", at + 4, hasComments_);
      if (end != at + 4)
        return end;
    }
    const char next = rest.size() > 1 ? rest[1] : ' ';
    const bool isTag = next == '/' || next == '!' || next == '?' ||
                       (classOf(next) == asciiWord && next > '9');
    if (!isTag)
      return at;
    const std::size_t end = find(">", at + 1, hasTags_);
    return end != at + 1 ? end : at;
  }

private:
  /// Behind the next `what` from `from` on; `from` if there is none.
  std::size_t find(std::string_view what, std::size_t from, bool &mayBe) {
    if (!mayBe)
      return from;
    const std::size_t found = text_.find(what, from);
    mayBe = found != std::string_view::npos;
    return mayBe ? found + what.size() : from;
  }

  std::string_view text_;
  bool hasComments_ = true, hasTags_ = true;
};
} // namespace

std::string_view mlc::runtime::htmlToText(std::string_view text,
                                          std::string &out) {
  std::size_t at = text.find_first_of("<&");
  if (at == std::string_view::npos)
    return text;
  Markup markup(text);
  out.clear();
  std::size_t copied = 0;
  for (; at != std::string_view::npos; at = text.find_first_of("<&", at)) {
    std::int32_t character = ' ';
    std::size_t end = at;
    if (text[at] == '<') {
      end = markup.endOfTag(at);
    } else {
      const std::string_view rest = text.substr(at + 1, maxReferenceBytes);
      const std::size_t length = rest.find(';');
      if (length != std::string_view::npos)
        character = characterNamed(rest.substr(0, length));
      if (length != std::string_view::npos && character >= 0)
        end = at + 1 + length + 1;
    }
    if (end == at) {
      ++at;
      continue;
    }
    out.append(text, copied, at - copied);
    appendUtf8(character, out);
    copied = at = end;
  }
  out.append(text, copied);
  return out;
}
