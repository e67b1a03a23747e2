//===- PlacedToken.cpp - Where tokens stand in a text ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/PlacedToken.h"

#include "Text/Unicode.h"

#include <algorithm>
#include <span>

using namespace mlc::runtime;

std::size_t PlaceMap::operator()(std::size_t changed) const {
  auto after = std::ranges::upper_bound(entries_, changed, {}, &Entry::changed);
  if (after == entries_.begin())
    return changed;
  const Entry &entry = *std::prev(after);
  const std::size_t place = entry.original + (changed - entry.changed);
  // What was put in has no bytes of its own behind the first.
  return after == entries_.end() ? place : std::min(place, after->original);
}

PlaceMap PlaceMap::followedBy(const PlaceMap &later) const {
  if (entries_.empty())
    return later;
  PlaceMap both;
  for (const Entry &entry : later.entries_)
    both.add(entry.changed, (*this)(entry.original));
  // Where this map jumps inside of what `later` took over.
  for (const Entry &entry : entries_) {
    std::size_t begin = 0, from = 0;
    for (std::size_t at = 0; at <= later.entries_.size(); ++at) {
      const bool isLast = at == later.entries_.size();
      const std::size_t end =
          isLast ? std::size_t(-1) : later.entries_[at].changed;
      const std::size_t place = begin + (entry.changed - from);
      if (entry.changed >= from && place < end)
        both.add(place, entry.original);
      if (!isLast) {
        begin = later.entries_[at].changed;
        from = later.entries_[at].original;
      }
    }
  }
  std::ranges::stable_sort(both.entries_, {}, &Entry::changed);
  return both;
}

/// A character as tokens have it, which may be several or none.
static std::vector<std::int32_t> foldedAt(std::string_view text,
                                          std::size_t &at) {
  const std::size_t start = at;
  if (decodeUtf8(text, at) == rightQuote)
    return {'\''};
  const std::string_view character = text.substr(start, at - start);
  constexpr std::size_t most = 4;
  char bytes[foldedBytes * most];
  std::int32_t points[foldedPoints * most], memory[foldedPoints * most];
  const char *end =
      foldSimple(character.data(), character.size(), false, bytes);
  if (!end)
    end = foldJoined(character.data(), character.size(), false, points, memory,
                     bytes);
  const std::string_view folded(bytes, std::size_t(end - bytes));
  std::vector<std::int32_t> result;
  for (std::size_t next = 0; next < folded.size();)
    result.push_back(decodeUtf8(folded, next));
  return result;
}

static std::vector<std::int32_t> fold(std::string_view text) {
  std::vector<std::int32_t> all;
  for (std::size_t at = 0; at < text.size();) {
    const std::vector<std::int32_t> some = foldedAt(text, at);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

/// Behind the characters of text[at...] that are the token; npos if it does not
/// begin there.
static std::size_t endOfMatch(std::string_view text, std::size_t at,
                              std::span<const std::int32_t> token) {
  while (!token.empty()) {
    if (at == text.size())
      return std::string_view::npos;
    const std::vector<std::int32_t> some = foldedAt(text, at);
    if (some.size() > token.size() ||
        !std::ranges::equal(some, token.first(some.size())))
      return std::string_view::npos;
    token = token.subspan(some.size());
  }
  // Marks that belong to the last character.
  for (std::size_t next = at; next < text.size(); at = next)
    if (!isMark(decodeUtf8(text, next)))
      break;
  return at;
}

void mlc::runtime::placeInPiece(std::string_view piece, std::size_t at,
                                std::vector<PlacedToken> &tokens,
                                std::size_t first) {
  std::size_t from = 0, lastBegin = 0;
  std::vector<std::size_t> lost; // Tokens that are waiting for a neighbour.
  auto settle = [&](std::size_t begin, std::size_t end, std::size_t behind) {
    // Without anything between the neighbours, what these have.
    if (begin == end) {
      begin = lastBegin;
      end = behind;
    }
    for (std::size_t token : lost) {
      tokens[token].begin = at + begin;
      tokens[token].end = at + end;
    }
    lost.clear();
  };
  for (std::size_t number = first; number < tokens.size(); ++number) {
    const std::vector<std::int32_t> token = fold(tokens[number].token);
    bool isFound = false;
    for (std::size_t begin = from; begin < piece.size() && !isFound;) {
      const std::size_t end = endOfMatch(piece, begin, token);
      if (end != std::string_view::npos && end > begin) {
        settle(from, begin, end);
        lastBegin = begin;
        tokens[number].begin = at + begin;
        tokens[number].end = at + end;
        from = end;
        isFound = true;
      }
      decodeUtf8(piece, begin);
    }
    if (!isFound)
      lost.push_back(number);
  }
  settle(from, piece.size(), piece.size());
}
