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

/// readMarkup, or another rule of what is markup.
typedef size_t (*MarkupReader)(Markup *markup, size_t at, int32_t *character);
/// Is told that what stands from `changed` on in a text that is changed was
/// taken from `original` on.
typedef void (*PlaceTeller)(void *places, size_t changed, size_t original);
/// Writes `text` with the character that `read` gives in the place of each
/// piece of markup; returns the end. `to` may be `text`. `tell` may be null.
char *replaceMarkup(const char *text, size_t size, MarkupReader read, char *to,
                    PlaceTeller tell, void *places);

#ifdef __cplusplus
}
#endif

#endif // MLC_RUNTIME_CHARACTERS_HTML_H
