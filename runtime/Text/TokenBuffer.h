//===- TokenBuffer.h - The tokens of one text -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TOKENBUFFER_H
#define MLC_RUNTIME_TEXT_TOKENBUFFER_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Tokens in one piece of memory with a space after each, so that a run of
/// them, joined by spaces, is a piece of it too. Used again from text to text,
/// it soon allocates nothing. Holds less than 4 GiB.
class TokenBuffer {
public:
  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t token) const {
    return join(token, 1);
  }
  /// The tokens [first, first + count) with single spaces between; count >= 1.
  std::string_view join(std::size_t first, std::size_t count) const {
    std::size_t begin = first == 0 ? 0 : ends_[first - 1] + 1;
    return {bytes_.get() + begin, ends_[first + count - 1] - begin};
  }

  void clear() {
    used_ = 0;
    ends_.clear();
  }
  void push(std::string_view token) {
    char *at = room(token.size());
    copy(token, at);
    end(at + token.size());
  }
  /// Where the next token's bytes go, of which there may be `most`; end() makes
  /// them a token.
  char *room(std::size_t most) {
    if (capacity_ - used_ < most + 1)
      grow(most + 1);
    return bytes_.get() + used_;
  }
  /// Ends the token that was written from room() to `at`.
  void end(char *at) {
    *at = ' ';
    used_ = static_cast<std::size_t>(at - bytes_.get()) + 1;
    ends_.push_back(static_cast<std::uint32_t>(used_ - 1));
  }
  /// Drops the tokens for which `isUnwanted(token)`.
  template <typename Predicate>
  void dropIf(Predicate isUnwanted) {
    std::size_t kept = 0, to = 0, begin = 0;
    for (std::uint32_t end : ends_) {
      std::size_t length = end - begin;
      if (!isUnwanted(std::string_view(bytes_.get() + begin, length))) {
        std::memmove(bytes_.get() + to, bytes_.get() + begin, length + 1);
        to += length + 1;
        ends_[kept++] = static_cast<std::uint32_t>(to - 1);
      }
      begin = end + 1;
    }
    ends_.resize(kept);
    used_ = to;
  }

  /// Text that a tokenizer is at work on; its memory is kept for the next.
  struct Scratch {
    std::string plain, lower, piece;
    std::vector<std::int32_t> codePoints;
  } scratch;

private:
  /// For the few bytes of a word a call of memcpy takes longer than two copies
  /// that overlap.
  static void copy(std::string_view token, char *to) {
    const char *from = token.data();
    const std::size_t size = token.size();
    if (size > 16) {
      std::memcpy(to, from, size);
    } else if (size >= 8) {
      std::memcpy(to, from, 8);
      std::memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(to, from, 4);
      std::memcpy(to + size - 4, from + size - 4, 4);
    } else if (size > 0) {
      to[0] = from[0];
      to[size / 2] = from[size / 2];
      to[size - 1] = from[size - 1];
    }
  }
  void grow(std::size_t more) {
    const std::size_t capacity = std::max(2 * capacity_, used_ + more);
    std::unique_ptr<char[]> bytes(new char[capacity]);
    if (used_)
      std::memcpy(bytes.get(), bytes_.get(), used_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t used_ = 0, capacity_ = 0;
  std::vector<std::uint32_t> ends_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TOKENBUFFER_H
