//===- HtmlText.cpp - The text of a piece of HTML -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/HtmlText.h"

#include "Characters/Html.h"
#include "Text/Unicode.h"

using namespace mlc::runtime;

std::string_view mlc::runtime::htmlToText(std::string_view text,
                                          std::string &out, PlaceMap *places) {
  std::size_t at = text.find_first_of("<&");
  if (at == std::string_view::npos)
    return text;
  Markup markup = {text.data(), text.size(), false, false};
  out.clear();
  std::size_t copied = 0;
  for (; at != std::string_view::npos; at = text.find_first_of("<&", at)) {
    std::int32_t character = ' ';
    const std::size_t end = readMarkup(&markup, at, &character);
    if (end == at) {
      ++at;
      continue;
    }
    out.append(text, copied, at - copied);
    if (places)
      places->add(out.size(), at);
    appendUtf8(character, out);
    if (places)
      places->add(out.size(), end);
    copied = at = end;
  }
  out.append(text, copied);
  return out;
}
