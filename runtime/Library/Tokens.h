//===- Tokens.h - What the tokenizers share ---------------------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_LIBRARY_TOKENS_H
#define MLC_RUNTIME_LIBRARY_TOKENS_H

#include "Characters/Characters.h"
#include "Characters/Html.h"
#include "Core.h"

/// Appends a token, unless it is too short.
void pushToken(Tokens *tokens, const char *token, size_t size);

/// Writes a text in lower case, at most twice its size; returns the end.
char *lowerCase(const char *text, size_t size, char *to);

/// The tokenizer `imdb`, whose steps runtime/Text/README.md has. `plain` has
/// room for the text, `lower` for twice and `cut` for six times its size.
void cutImdbWords(const char *text, size_t size, char *plain, char *lower,
                  char *cut, Tokens *tokens);

#endif // MLC_RUNTIME_LIBRARY_TOKENS_H
