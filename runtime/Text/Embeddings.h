//===- Embeddings.h - A vector for each word --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_EMBEDDINGS_H
#define MLC_RUNTIME_TEXT_EMBEDDINGS_H

#include <cstdint>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Word vectors, as read from a file (Import/EmbeddingsReader.h).
struct Embeddings {
  std::vector<std::string> words;
  std::int64_t dimensions = 0;
  std::vector<float> vectors; ///< [words, dimensions], row-major; finite.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_EMBEDDINGS_H
