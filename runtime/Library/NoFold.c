//===- NoFold.c - In place of Fold.c where no text is folded --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only the tokenizer `words` brings texts into the form NFKC_Casefold. Nothing
// of this is ever called.
//
//===----------------------------------------------------------------------===//

#include "Characters/Characters.h"

char *foldSimple(const char *piece, size_t size, bool partsWords, char *to) {
  (void)piece, (void)size, (void)partsWords, (void)to;
  return NULL;
}

char *foldJoined(const char *piece, size_t size, bool partsWords,
                 int32_t *points, int32_t *memory, char *to) {
  (void)piece, (void)size, (void)partsWords, (void)points, (void)memory;
  return to;
}
