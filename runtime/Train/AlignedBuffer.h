//===- AlignedBuffer.h - Memory for compiled code ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_ALIGNEDBUFFER_H
#define MLC_RUNTIME_TRAIN_ALIGNEDBUFFER_H

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace mlc::runtime {

/// A fixed number of plain elements, zero at first, aligned as compiled code
/// expects. Throws std::bad_alloc.
template <typename T>
class AlignedBuffer {
public:
  static constexpr std::align_val_t alignment{64};

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size)
      : data_(static_cast<T *>(operator new[](bytes(size), alignment))),
        size_(size) {
    std::memset(static_cast<void *>(data_.get()), 0, size * sizeof(T));
  }

  T *data() { return data_.get(); }
  std::span<T> span() { return {data_.get(), size_}; }
  std::span<const T> span() const { return {data_.get(), size_}; }

private:
  struct Delete {
    void operator()(T *data) const { operator delete[](data, alignment); }
  };

  static std::size_t bytes(std::size_t size) {
    std::size_t bytes;
    if (__builtin_mul_overflow(size, sizeof(T), &bytes))
      throw std::bad_alloc();
    return std::max(bytes, sizeof(T));
  }

  std::unique_ptr<T, Delete> data_;
  std::size_t size_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_ALIGNEDBUFFER_H
