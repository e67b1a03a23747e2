//===- PackedStrings.h - Strings of an image in few bytes -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_PACKEDSTRINGS_H
#define MLC_LIB_EMIT_PACKEDSTRINGS_H

#include <cstdint>
#include <string_view>
#include <vector>

namespace mlc {

/// Packs strings, up to MLC_MOST_PACKED, as MlcPackedStrings (mlc/ModelImage.h)
/// has them: what neighbours in sorted order begin with is there once, and the
/// pairs of codes that are most frequent in the rest become codes themselves.
/// Source: Gage, A New Algorithm for Data Compression, 1994 (pairs of bytes).
class PackedStrings {
public:
  explicit PackedStrings(const std::vector<std::string_view> &strings);

  const std::vector<uint32_t> &begins() const { return begins_; }
  const std::vector<uint8_t> &entries() const { return entries_; }
  const std::vector<uint8_t> &pairs() const { return pairs_; }
  /// Of each string in sorted order, which of the strings given it is.
  const std::vector<uint16_t> &numbers() const { return numbers_; }

  const std::vector<uint8_t> &filter() const { return filter_; }

private:
  void makeFilter(const std::vector<std::string_view> &strings);
  void findRests(const std::vector<std::string_view> &strings);
  void findPairs();
  void writeEntries();

  std::vector<uint32_t> begins_;
  std::vector<uint8_t> entries_, pairs_, filter_;
  std::vector<uint16_t> numbers_;
  // Of each string in sorted order.
  std::vector<std::size_t> shared_; ///< Bytes as those of the one before it.
  std::vector<std::vector<uint8_t>> codes_; ///< Of the others.
};

} // namespace mlc

#endif // MLC_LIB_EMIT_PACKEDSTRINGS_H
