//===- Vocabulary.h - Names of columns, one a line --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_VOCABULARY_H
#define MLC_RUNTIME_IMPORT_VOCABULARY_H

#include <string>
#include <vector>

namespace mlc::runtime {

/// Reads a plain, xz or gzip file whose line i + 1 names column i. Throws
/// InputError for a name that is empty, is not UTF-8 without NUL, or is there
/// twice.
std::vector<std::string> readVocabulary(const std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_VOCABULARY_H
