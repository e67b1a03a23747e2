//===- Html.c - Tags and references of HTML -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Html.h"

#include "Characters.h"

#include <string.h>

/// The names of U+00A0 to U+00FF in their order, six bytes each.
static const char latinNames[] =
    "nbsp  iexcl cent  pound currenyen   brvbarsect  uml   copy  ordf  laquo "
    "not   shy   reg   macr  deg   plusmnsup2  sup3  acute micro para  middot"
    "cedil sup1  ordm  raquo frac14frac12frac34iquestAgraveAacuteAcirc Atilde"
    "Auml  Aring AElig CcedilEgraveEacuteEcirc Euml  IgraveIacuteIcirc Iuml  "
    "ETH   NtildeOgraveOacuteOcirc OtildeOuml  times OslashUgraveUacuteUcirc "
    "Uuml  YacuteTHORN szlig agraveaacuteacirc atildeauml  aring aelig ccedil"
    "egraveeacuteecirc euml  igraveiacuteicirc iuml  eth   ntildeograveoacute"
    "ocirc otildeouml  divideoslashugraveuacuteucirc uuml  yacutethorn yuml  ";
enum { LATIN_NAMES = 0x60, NAME_BYTES = 6, MAX_REFERENCE_BYTES = 32 };
_Static_assert(sizeof(latinNames) == LATIN_NAMES * NAME_BYTES + 1, "names");

static const struct {
  char name[8];
  int32_t codePoint;
} otherNames[] = {{"amp", '&'},      {"lt", '<'},       {"gt", '>'},
                  {"quot", '"'},     {"apos", '\''},    {"lsquo", 0x2018},
                  {"rsquo", 0x2019}, {"ldquo", 0x201C}, {"rdquo", 0x201D},
                  {"ndash", 0x2013}, {"mdash", 0x2014}, {"hellip", 0x2026},
                  {"OElig", 0x152},  {"oelig", 0x153},  {"Scaron", 0x160},
                  {"scaron", 0x161}, {"Yuml", 0x178}};

static int32_t characterNumbered(const char *number, size_t size) {
  const bool isHexadecimal = size > 0 && (*number == 'x' || *number == 'X');
  uint64_t value = 0;
  number += isHexadecimal;
  size -= isHexadecimal;
  if (size == 0)
    return -1;
  for (size_t at = 0; at < size; ++at) {
    const char c = number[at], letter = lowerAscii(c);
    uint64_t digit;
    if (c >= '0' && c <= '9')
      digit = (uint64_t)(c - '0');
    else if (isHexadecimal && letter >= 'a' && letter <= 'f')
      digit = (uint64_t)(letter - 'a' + 10);
    else
      return -1;
    value = value * (isHexadecimal ? 16 : 10) + digit;
    if (value > UINT32_MAX)
      value = UINT32_MAX; // Stays too large, whatever follows.
  }
  if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
    return replacementCharacter;
  return fromWindows1252((int32_t)value);
}

/// The character that `&name;` stands for, or -1 if it looks like none.
static int32_t characterNamed(const char *name, size_t size) {
  if (size > 0 && *name == '#')
    return characterNumbered(name + 1, size - 1);
  if (size == 0)
    return -1;
  for (size_t at = 0; at < size; ++at)
    if (!isAsciiWord(name[at]))
      return -1;
  char padded[NAME_BYTES + 1];
  if (size <= NAME_BYTES) {
    memset(padded, ' ', NAME_BYTES);
    memcpy(padded, name, size);
    for (int32_t i = 0; i < LATIN_NAMES; ++i)
      if (memcmp(padded, latinNames + i * NAME_BYTES, NAME_BYTES) == 0)
        return 0xA0 + i;
  }
  for (size_t i = 0; i < sizeof(otherNames) / sizeof(*otherNames); ++i)
    if (strlen(otherNames[i].name) == size &&
        memcmp(otherNames[i].name, name, size) == 0)
      return otherNames[i].codePoint;
  return ' ';
}

/// Where `what`, of `length` bytes, is in text[from, size); size: nowhere.
static size_t findBytes(const char *text, size_t size, size_t from,
                        const char *what, size_t length) {
  for (size_t at = from; at + length <= size; ++at) {
    const char *first = memchr(text + at, what[0], size - length + 1 - at);
    if (!first)
      return size;
    at = (size_t)(first - text);
    if (memcmp(first, what, length) == 0)
      return at;
  }
  return size;
}

/// Behind the next `what` from `from` on; `from` if there is none.
static size_t behind(const Markup *markup, const char *what, size_t from,
                     bool *isNone) {
  if (*isNone)
    return from;
  const size_t found =
      findBytes(markup->text, markup->size, from, what, strlen(what));
  *isNone = found == markup->size;
  return *isNone ? from : found + strlen(what);
}

/// Behind the tag or comment that starts at text[at], which is `<`; `at` if
/// none does.
static size_t endOfTag(Markup *markup, size_t at) {
  const char *rest = markup->text + at;
  const size_t left = markup->size - at;
  if (left >= 4 && memcmp(rest, "<!--", 4) == 0) {
    const size_t end = behind(markup, "-->", at + 4, &markup->hasNoComments);
    if (end != at + 4)
      return end;
  }
  const char next = left > 1 ? rest[1] : ' ';
  if (!(next == '/' || next == '!' || next == '?' ||
        (isAsciiWord(next) && next > '9')))
    return at;
  const size_t end = behind(markup, ">", at + 1, &markup->hasNoTags);
  return end != at + 1 ? end : at;
}

size_t readMarkup(Markup *markup, size_t at, int32_t *character) {
  if (markup->text[at] == '<') {
    *character = ' ';
    return endOfTag(markup, at);
  }
  const char *name = markup->text + at + 1;
  const size_t left = markup->size - at - 1;
  const char *close = memchr(
      name, ';', left < MAX_REFERENCE_BYTES ? left : MAX_REFERENCE_BYTES);
  if (!close)
    return at;
  *character = characterNamed(name, (size_t)(close - name));
  return *character >= 0 ? at + 1 + (size_t)(close - name) + 1 : at;
}

char *replaceMarkup(const char *text, size_t size, MarkupReader read, char *to,
                    PlaceTeller tell, void *places) {
  Markup markup = {.text = text, .size = size};
  const char *const first = to;
  size_t copied = 0;
  for (size_t at = 0; at < size;) {
    int32_t character = ' ';
    size_t end = at;
    if (text[at] == '<' || text[at] == '&')
      end = read(&markup, at, &character);
    if (end == at) {
      ++at;
      continue;
    }
    memmove(to, text + copied, at - copied);
    to += at - copied;
    if (tell)
      tell(places, (size_t)(to - first), at);
    to = putUtf8(character, to);
    if (tell)
      tell(places, (size_t)(to - first), end);
    copied = at = end;
  }
  memmove(to, text + copied, size - copied);
  return to + (size - copied);
}
