//===- WordRanks.h - One order for the words of all tables ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_WORDRANKS_H
#define MLC_RUNTIME_TEXT_WORDRANKS_H

#include "Text/TermTable.h"

#include <cstdint>
#include <vector>

namespace mlc::runtime {

/// The places of words among all different words, in the order of their bytes.
struct WordRanks {
  std::uint32_t count = 0; ///< Different words.
  /// For each table, by term: the rank of a word, from 1. Others' are 0.
  std::vector<std::vector<std::uint32_t>> of;
};

/// Works on as many threads as there are tables.
WordRanks rankWords(const std::vector<TermTable> &tables);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_WORDRANKS_H
