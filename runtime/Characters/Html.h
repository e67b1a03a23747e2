//===- Html.h - Tags and references of HTML ---------------------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CHARACTERS_HTML_H
#define MLC_RUNTIME_CHARACTERS_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A piece of HTML that is read from its begin to its end. What ends a tag or
/// a comment is asked for no more once there is none, so that reading takes
/// time in proportion to its size.
typedef struct Markup {
  const char *text;
  size_t size;
  bool hasNoComments, hasNoTags; ///< From where it was last asked; false first.
} Markup;

/// Behind the tag, comment or character reference that starts at text[at],
/// which is `<` or `&`, and the character that stands for it: a space for
/// tags, comments and references with names that HTML 4 has not; `at` if none
/// starts there. It takes fewer bytes than what it stands for.
/// Source: https://html.spec.whatwg.org/multipage/parsing.html
size_t readMarkup(Markup *markup, size_t at, int32_t *character);

#ifdef __cplusplus
}
#endif

#endif // MLC_RUNTIME_CHARACTERS_HTML_H
