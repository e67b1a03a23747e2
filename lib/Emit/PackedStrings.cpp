//===- PackedStrings.cpp - Strings of an image in few bytes ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackedStrings.h"

#include "Text/TermTable.h"
#include "mlc/ModelImage.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <numeric>

using namespace mlc;

static constexpr std::size_t kinds = 256; ///< Of codes.

PackedStrings::PackedStrings(const std::vector<std::string_view> &strings)
    : pairs_(2 * kinds), numbers_(strings.size()) {
  std::iota(numbers_.begin(), numbers_.end(), uint16_t(0));
  llvm::stable_sort(numbers_, [&](uint16_t left, uint16_t right) {
    return strings[left] < strings[right];
  });
  makeFilter(strings);
  findRests(strings);
  findPairs();
  writeEntries();
}

/// Four bits a string let one in six of the others through.
void PackedStrings::makeFilter(const std::vector<std::string_view> &strings) {
  constexpr std::size_t stringsOfByte = 2, bitsOfByte = 8;
  filter_.resize(strings.size() / stringsOfByte + 1);
  for (std::string_view string : strings) {
    uint64_t hash = runtime::TermTable::hashOf(string);
    for (int half = 0; half < 2; ++half, hash >>= 32) {
      const uint64_t bit =
          (hash & UINT32_MAX) * (filter_.size() * bitsOfByte) >> 32;
      filter_[bit / bitsOfByte] |=
          static_cast<uint8_t>(1 << (bit % bitsOfByte));
    }
  }
}

void PackedStrings::findRests(const std::vector<std::string_view> &strings) {
  std::string_view before;
  for (auto [at, number] : llvm::enumerate(numbers_)) {
    const std::string_view string = strings[number];
    std::size_t shared = 0;
    if (at % MLC_BLOCK_STRINGS != 0)
      while (shared < std::min(string.size(), before.size()) &&
             string[shared] == before[shared])
        ++shared;
    shared_.push_back(shared);
    codes_.emplace_back(string.begin() + std::ptrdiff_t(shared), string.end());
    before = string;
  }
}

/// Replaces each `pair` of neighbours, the first one first.
static void replacePairs(std::vector<uint8_t> &codes, unsigned pair,
                         uint8_t code) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < codes.size(); ++at) {
    const bool isPair =
        at + 1 < codes.size() && (codes[at] * kinds | codes[at + 1]) == pair;
    codes[kept++] = isPair ? code : codes[at];
    at += isPair;
  }
  codes.resize(kept);
}

/// Bytes that no string has become codes of pairs.
void PackedStrings::findPairs() {
  std::bitset<kinds> used;
  for (const auto &codes : codes_)
    for (uint8_t code : codes)
      used.set(code);
  std::array<int, kinds> depths = {};
  for (std::size_t code = 0; code < kinds; ++code) {
    pairs_[2 * code] = pairs_[2 * code + 1] = static_cast<uint8_t>(code);
  }
  for (std::size_t code = 0; code < kinds; ++code) {
    if (used.test(code))
      continue;
    std::vector<uint32_t> counts(kinds * kinds);
    for (const auto &codes : codes_)
      for (std::size_t at = 1; at < codes.size(); ++at)
        ++counts[codes[at - 1] * kinds | codes[at]];
    for (auto [pair, count] : llvm::enumerate(counts))
      if (std::max(depths[pair / kinds], depths[pair % kinds]) ==
          MLC_CODE_DEPTH)
        count = 0;
    const auto most = llvm::max_element(counts);
    if (*most < 2)
      return;
    const auto pair = static_cast<unsigned>(most - counts.begin());
    depths[code] = std::max(depths[pair / kinds], depths[pair % kinds]) + 1;
    pairs_[2 * code] = static_cast<uint8_t>(pair / kinds);
    pairs_[2 * code + 1] = static_cast<uint8_t>(pair % kinds);
    for (auto &codes : codes_)
      replacePairs(codes, pair, static_cast<uint8_t>(code));
  }
}

/// What does not fit into a half of the head.
static void addRest(std::vector<uint8_t> &entries, std::size_t number) {
  constexpr std::size_t half = 15, more = 255;
  if (number < half)
    return;
  for (number -= half; number >= more; number -= more)
    entries.push_back(more);
  entries.push_back(static_cast<uint8_t>(number));
}

void PackedStrings::writeEntries() {
  constexpr std::size_t half = 15;
  for (std::size_t at = 0; at < codes_.size(); ++at) {
    if (at % MLC_BLOCK_STRINGS == 0)
      begins_.push_back(static_cast<uint32_t>(entries_.size()));
    const std::size_t count = codes_[at].size();
    entries_.push_back(static_cast<uint8_t>(std::min(shared_[at], half) << 4 |
                                            std::min(count, half)));
    addRest(entries_, shared_[at]);
    addRest(entries_, count);
    llvm::append_range(entries_, codes_[at]);
  }
}
