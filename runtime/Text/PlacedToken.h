//===- PlacedToken.h - Tokens and where they stand in a text ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_PLACEDTOKEN_H
#define MLC_RUNTIME_TEXT_PLACEDTOKEN_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A token, and the bytes of the text that it was made of.
struct PlacedToken {
  std::string token;
  std::size_t begin = 0, end = 0;
};

/// Where the bytes of a changed text come from: each entry says from which byte
/// of the original the bytes from `changed` on were taken, up to the next
/// entry.
class PlaceMap {
public:
  void add(std::size_t changed, std::size_t original) {
    entries_.push_back({changed, original});
  }
  /// The same of a PlaceMap, for replaceMarkup.
  static void tell(void *places, std::size_t changed, std::size_t original) {
    static_cast<PlaceMap *>(places)->add(changed, original);
  }
  /// The byte of the original, of a place of the changed text.
  std::size_t operator()(std::size_t changed) const;
  /// Follows `later`, which maps to what this map's changed text is.
  PlaceMap followedBy(const PlaceMap &later) const;

private:
  struct Entry {
    std::size_t changed, original;
  };
  std::vector<Entry> entries_;
};

/// Gives the tokens of a piece of text without white space their places in it,
/// by comparing characters as tokenizers fold them. A token that was put
/// together of parts gets all that lies between its neighbours.
/// `at` is where the piece begins in the text.
void placeInPiece(std::string_view piece, std::size_t at,
                  std::vector<PlacedToken> &tokens, std::size_t first);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_PLACEDTOKEN_H
