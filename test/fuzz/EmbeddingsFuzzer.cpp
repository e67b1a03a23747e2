//===- EmbeddingsFuzzer.cpp - Reading word vectors ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/EmbeddingsReader.h"
#include "InputFile.h"

#include <cstdlib>

using namespace mlc::runtime;
using namespace mlc::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  expectReadOrRefused(file.path(), [&] {
    const Embeddings embeddings = readEmbeddings(file.path());
    if (embeddings.vectors.size() !=
        embeddings.words.size() *
            static_cast<std::size_t>(embeddings.dimensions))
      std::abort();
  });
  return 0;
}
