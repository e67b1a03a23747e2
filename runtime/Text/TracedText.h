//===- TracedText.h - Which words a text's features come from ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TRACEDTEXT_H
#define MLC_RUNTIME_TEXT_TRACEDTEXT_H

#include "Text/PlacedToken.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mlc::runtime {

/// A term, at one of its places, that is a feature.
struct TracedTerm {
  std::int32_t column = 0; ///< Of embeddings, the number of the word.
  bool isNegative = false; ///< It counts -1 (signed hashing).
  /// The tokens that it has characters of.
  std::size_t firstToken = 0, tokenCount = 1;
};

struct TracedText {
  std::vector<PlacedToken> tokens; ///< In the order of the text.
  std::vector<TracedTerm> terms;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TRACEDTEXT_H
