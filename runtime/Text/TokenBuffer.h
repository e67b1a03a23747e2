//===- TokenBuffer.h - The tokens of a text ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TOKENBUFFER_H
#define MLC_RUNTIME_TEXT_TOKENBUFFER_H

#include "Text/PaddedBytes.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Tokens in one piece of memory with a space after each, so that a run of
/// them, joined by spaces, is a piece of it too. Used again from text to text,
/// it soon allocates nothing. Holds less than 4 GiB.
class TokenBuffer {
public:
  /// Called whenever `full` tokens are there, to take some away: a long text
  /// takes no more memory for its tokens than that. May be empty.
  std::function<void()> whenFull;
  static constexpr std::size_t full = 1 << 13;

  std::size_t size() const { return ends_.size(); }
  /// Its bytes are padded.
  std::string_view operator[](std::size_t token) const {
    return join(token, 1);
  }
  /// The tokens [first, first + count) with single spaces between; count >= 1.
  std::string_view join(std::size_t first, std::size_t count) const {
    const std::size_t begin = beginOf(first);
    return {bytes_.data() + begin, ends_[first + count - 1] - begin};
  }

  void clear() {
    bytes_.clear();
    ends_.clear();
  }
  /// A token that lies in PaddedBytes.
  void push(std::string_view token) {
    constexpr std::size_t step = 16;
    char *to = room(token.size());
    if (token.size() <= step)
      std::memcpy(to, token.data(), step);
    else
      std::memcpy(to, token.data(), token.size());
    end(to + token.size());
  }
  /// Where the next token's bytes go, of which there may be `most`; end() makes
  /// them a token.
  char *room(std::size_t most) { return bytes_.room(most + 1); }
  /// Ends the token that was written from room() to `at`.
  void end(char *at) {
    *at = ' ';
    bytes_.setEnd(at + 1);
    ends_.push_back(static_cast<std::uint32_t>(at - bytes_.data()));
    if (ends_.size() >= full && whenFull)
      whenFull();
  }
  /// Drops the tokens from the `first`-th on for which `isUnwanted(token)`.
  template <typename Predicate>
  void dropIf(std::size_t first, Predicate isUnwanted) {
    std::size_t kept = first, to = beginOf(first), begin = to;
    for (std::size_t token = first; token < ends_.size(); ++token) {
      const std::size_t end = ends_[token], length = end - begin;
      char *bytes = bytes_.data();
      if (!isUnwanted(std::string_view(bytes + begin, length))) {
        std::memmove(bytes + to, bytes + begin, length + 1);
        to += length + 1;
        ends_[kept++] = static_cast<std::uint32_t>(to - 1);
      }
      begin = end + 1;
    }
    ends_.resize(kept);
    bytes_.resize(to);
  }
  /// Drops all but the last `count` tokens; count <= size().
  void keepLast(std::size_t count) {
    const std::size_t dropped = size() - count;
    const auto begin = static_cast<std::uint32_t>(beginOf(dropped));
    if (begin == 0)
      return;
    std::memmove(bytes_.data(), bytes_.data() + begin, bytes_.size() - begin);
    bytes_.resize(bytes_.size() - begin);
    for (std::size_t token = 0; token < count; ++token)
      ends_[token] = ends_[dropped + token] - begin;
    ends_.resize(count);
  }

  /// Text that a tokenizer is at work on; its memory is kept for the next.
  struct Scratch {
    std::string plain;
    PaddedBytes lower, piece;
    std::vector<std::int32_t> codePoints;
    std::vector<std::uint64_t> inside; ///< A bit for each byte of `lower`.
  } scratch;

private:
  std::size_t beginOf(std::size_t token) const {
    return token == 0 ? 0 : ends_[token - 1] + 1;
  }

  PaddedBytes bytes_;
  std::vector<std::uint32_t> ends_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TOKENBUFFER_H
