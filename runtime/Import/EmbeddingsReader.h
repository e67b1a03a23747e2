//===- EmbeddingsReader.h - Reads word vectors ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_EMBEDDINGSREADER_H
#define MLC_RUNTIME_IMPORT_EMBEDDINGSREADER_H

#include "Text/Embeddings.h"

#include <string>

namespace mlc::runtime {

constexpr std::int64_t maxEmbeddingDimensions = 4096;

/// Reads word vectors, plain, xz or gzip, in the text form of GloVe (`WORD
/// NUMBER NUMBER ...`) or of word2vec, which has a line `WORDS DIMENSIONS`
/// before. Of a word that is there twice the first vector counts. Throws
/// InputError with the place.
/// Source: https://nlp.stanford.edu/projects/glove/
Embeddings readEmbeddings(const std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_EMBEDDINGSREADER_H
