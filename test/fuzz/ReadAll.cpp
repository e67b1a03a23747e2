//===- ReadAll.cpp - Reads all documents of a fuzzer's input --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadAll.h"

#include "Import/Documents.h"
#include "Import/Utf8.h"
#include "InputFile.h"

#include <cstdlib>

using namespace mlc::runtime;

void mlc::test::readAllBothWays(const std::string &path, TextFormat format) {
  for (TextCheck check : {TextCheck::Refuse, TextCheck::Replace}) {
    DocumentOptions options;
    options.format = format;
    options.fields.check = check;
    if (format == TextFormat::Lines)
      options.fields.label = "";
    expectReadOrRefused(path, [&] {
      LabelReader labels({.kind = LabelKind::Numbers});
      Documents documents({path}, openInput(path, format, options.fields),
                          options, labels);
      for (Document document; documents.next(document);)
        if (findBadText(document.text) !=
            document.text.data() + document.text.size())
          std::abort();
    });
  }
}
