//===- NoText.c - What a model without texts has in place of Text.c -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its library needs no tokenizers and no tables of Unicode. Nothing of this is
// ever called.
//
//===----------------------------------------------------------------------===//

#include "Core.h"

bool isGoodText(const char *text, size_t size) {
  (void)text, (void)size;
  return false;
}

void textToRow(const char *text, size_t size, Scratch *scratch, SparseRow *row,
               float **dense) {
  (void)text, (void)size, (void)scratch, (void)row, (void)dense;
}
