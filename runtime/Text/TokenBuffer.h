//===- TokenBuffer.h - The tokens of one text -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_TOKENBUFFER_H
#define MLC_RUNTIME_TEXT_TOKENBUFFER_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Tokens in one piece of memory with a space after each, so that a run of
/// them, joined by spaces, is a piece of it too. Used again from text to text,
/// it soon allocates nothing. Holds at most 4 GiB.
class TokenBuffer {
public:
  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t token) const {
    return join(token, 1);
  }
  /// The tokens [first, first + count) with single spaces between; count >= 1.
  std::string_view join(std::size_t first, std::size_t count) const {
    std::size_t begin = first == 0 ? 0 : ends_[first - 1] + 1;
    return {bytes_.data() + begin, ends_[first + count - 1] - begin};
  }

  void clear() {
    bytes_.clear();
    ends_.clear();
  }
  void push(std::string_view token) {
    bytes_.append(token);
    endToken();
  }
  /// The bytes to which a tokenizer appends a token before it calls endToken.
  std::string &bytes() { return bytes_; }
  void endToken() {
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    bytes_.push_back(' ');
  }
  /// Where the token begins that has not been ended yet.
  std::size_t openToken() const { return ends_.empty() ? 0 : ends_.back() + 1; }

  /// Text that a tokenizer is at work on; its memory is kept for the next.
  std::string scratch;

private:
  std::string bytes_;
  std::vector<std::uint32_t> ends_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_TOKENBUFFER_H
