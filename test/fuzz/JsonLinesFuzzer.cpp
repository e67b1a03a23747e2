//===- JsonLinesFuzzer.cpp - Reading JSON lines ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Documents.h"
#include "Import/Utf8.h"
#include "InputFile.h"

#include <cstdlib>

using namespace mlc::runtime;
using namespace mlc::test;

/// Reads it as JSON lines, by both checks; texts must be UTF-8 without NUL.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  for (TextCheck check : {TextCheck::Refuse, TextCheck::Replace}) {
    DocumentOptions options;
    options.format = TextFormat::JsonLines;
    options.fields.check = check;
    expectReadOrRefused(file, [&] {
      LabelReader labels({.kind = LabelKind::Numbers});
      Documents documents(
          {file.path()}, openInput(file.path(), options.format, options.fields),
          options, labels);
      for (Document document; documents.next(document);)
        if (findBadText(document.text) !=
            document.text.data() + document.text.size())
          std::abort();
    });
  }
  return 0;
}
