//===- HtmlText.h - The text of a piece of HTML -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_HTMLTEXT_H
#define MLC_RUNTIME_TEXT_HTMLTEXT_H

#include "Characters/Html.h"
#include "Text/PlacedToken.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Puts `text` with other characters for what `read` takes as markup into
/// `out`. `text` may be `out`'s.
void replaceMarkup(std::string_view text, MarkupReader read, std::string &out,
                   PlaceMap *places);

/// Returns `text` with each tag and comment replaced by a space and each
/// character reference (`&#N;`, `&#xN;` and the names of XML and Latin-1) by
/// its character; other references that end with `;` become a space. What only
/// looks like the start of one stays. `out` is the memory; where there is
/// nothing to do, `text` itself is returned. Linear in its size.
/// Source: https://html.spec.whatwg.org/multipage/parsing.html
std::string_view htmlToText(std::string_view text, std::string &out,
                            PlaceMap *places = nullptr);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_HTMLTEXT_H
