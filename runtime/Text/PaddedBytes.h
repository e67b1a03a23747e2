//===- PaddedBytes.h - Bytes that may be copied in steps --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_PADDEDBYTES_H
#define MLC_RUNTIME_TEXT_PADDEDBYTES_H

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace mlc::runtime {

/// Bytes in one piece of memory that grows without being cleared. Behind what
/// is used, `padding` more bytes may be read and written: the few bytes of a
/// word are then taken in one step of fixed size, without a choice by length,
/// which no processor could foresee.
class PaddedBytes {
public:
  static constexpr std::size_t padding = 64;

  std::size_t size() const { return used_; }
  const char *data() const { return bytes_.get(); }
  char *data() { return bytes_.get(); }
  std::string_view view() const { return {bytes_.get(), used_}; }

  void clear() { used_ = 0; }
  void resize(std::size_t size) {
    if (size > used_)
      room(size - used_);
    used_ = size;
  }
  /// Where the next bytes go, of which there may be `most`; setEnd() says where
  /// they ended. Pointers from before do not hold.
  char *room(std::size_t most) {
    if (capacity_ - used_ < most + padding)
      grow(used_ + most + padding);
    return bytes_.get() + used_;
  }
  void setEnd(const char *end) {
    used_ = static_cast<std::size_t>(end - bytes_.get());
  }
  void append(std::string_view bytes) {
    char *to = room(bytes.size());
    if (!bytes.empty())
      std::memcpy(to, bytes.data(), bytes.size());
    setEnd(to + bytes.size());
  }

private:
  void grow(std::size_t least) {
    const std::size_t capacity = std::max(capacity_ + capacity_ / 2, least);
    std::unique_ptr<char[]> bytes(new char[capacity]);
    if (used_)
      std::memcpy(bytes.get(), bytes_.get(), used_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t used_ = 0, capacity_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_PADDEDBYTES_H
