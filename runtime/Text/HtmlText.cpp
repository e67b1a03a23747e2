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

void mlc::runtime::replaceMarkup(std::string_view text, MarkupReader read,
                                 std::string &out, PlaceMap *places) {
  if (text.data() != out.data())
    out.resize(text.size());
  const char *end = ::replaceMarkup(text.data(), text.size(), read, out.data(),
                                    places ? PlaceMap::tell : nullptr, places);
  out.resize(std::size_t(end - out.data()));
}

std::string_view mlc::runtime::htmlToText(std::string_view text,
                                          std::string &out, PlaceMap *places) {
  if (text.find_first_of("<&") == std::string_view::npos)
    return text;
  replaceMarkup(text, readMarkup, out, places);
  return out;
}
