//===- PoissonSample.cpp - Which rows a private step takes ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/PoissonSample.h"

#include "Private/KeyStream.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace mlc::runtime {

void sampleRows(const PrivacyKey &key, std::uint64_t step, std::int64_t rows,
                double rate, std::vector<std::int64_t> &chosen) {
  chosen.clear();
  if (rate >= 1) {
    chosen.resize(rows);
    std::iota(chosen.begin(), chosen.end(), 0);
    return;
  }
  const auto limit = std::uint64_t(std::ldexp(std::max(rate, 0.0), 64));
  const KeyStream stream(key, KeyPurpose::Rows, 0, step, 0);
  constexpr std::int64_t wordsPerBlock = KeyStream::blockBytes / 8;
  std::array<std::uint64_t, 64 * wordsPerBlock> words;
  for (std::int64_t row = 0; row < rows; row += std::int64_t(words.size())) {
    const auto count = std::min(rows - row, std::int64_t(words.size()));
    stream.fill(row / wordsPerBlock,
                std::as_writable_bytes(std::span(words).first(count)));
    for (std::int64_t i = 0; i < count; ++i)
      if (words[i] < limit)
        chosen.push_back(row + i);
  }
}

} // namespace mlc::runtime
