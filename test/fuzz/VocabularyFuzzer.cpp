//===- VocabularyFuzzer.cpp - Reading names of columns --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Utf8.h"
#include "Import/Vocabulary.h"
#include "InputFile.h"

#include <cstdlib>

using namespace mlc::runtime;
using namespace mlc::test;

/// Each name that is read is UTF-8 and not empty.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  expectReadOrRefused(file.path(), [&] {
    for (const std::string &word : readVocabulary(file.path()))
      if (word.empty() || findBadText(word) != word.data() + word.size())
        std::abort();
  });
  return 0;
}
