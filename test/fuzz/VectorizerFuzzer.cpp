//===- VectorizerFuzzer.cpp - Loading vectorizers from files --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Vectorizer.h"

#include "InputFile.h"

using namespace mlc::runtime;
using namespace mlc::test;

/// Whatever a file says, it is refused or does for any text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  expectReadOrRefused(file.path(), [&] {
    const Vectorizer vectorizer =
        Vectorizer::load(SafetensorsFile(file.path()));
    if (!vectorizer.isText() || vectorizer.features() > (1 << 24))
      return;
    Vectorizer::Session session(vectorizer);
    FeatureRows rows = session.emptyRows();
    session.transform("A good film, isn't it? <br />10/10 caf\xc3\xa9", 1,
                      rows);
    session.transform("", 0, rows);
  });
  return 0;
}
