//===- AlignedBuffer.h - Memory for compiled code ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_ALIGNEDBUFFER_H
#define MLC_RUNTIME_PROGRAM_ALIGNEDBUFFER_H

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <sys/mman.h>

namespace mlc::runtime {

/// A fixed number of plain elements, zero at first, aligned as compiled code
/// expects; on huge pages where it fills one and the system has them. Steps
/// touch rows of weights all over their memory, more pages of 4 KiB than the
/// processor keeps translations of. Throws std::bad_alloc.
template <typename T>
class AlignedBuffer {
public:
  static constexpr std::size_t alignment = 64, hugePage = 2 << 20;

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size)
      : data_(allocate(bytes(size))), size_(size) {
    std::memset(static_cast<void *>(data_.get()), 0, size * sizeof(T));
  }

  T *data() { return data_.get(); }
  std::span<T> span() { return {data_.get(), size_}; }
  std::span<const T> span() const { return {data_.get(), size_}; }

private:
  struct Free {
    void operator()(T *data) const { std::free(data); }
  };

  /// A multiple of the alignment that memory of `size` elements has.
  static std::size_t bytes(std::size_t size) {
    std::size_t bytes;
    if (__builtin_mul_overflow(size, sizeof(T), &bytes) ||
        bytes > std::numeric_limits<std::size_t>::max() - hugePage)
      throw std::bad_alloc();
    const std::size_t unit = bytes < hugePage ? alignment : hugePage;
    return std::max((bytes + unit - 1) / unit * unit, unit);
  }

  static T *allocate(std::size_t bytes) {
    const bool isHuge = bytes >= hugePage;
    void *memory = std::aligned_alloc(isHuge ? hugePage : alignment, bytes);
    if (!memory)
      throw std::bad_alloc();
    // Advice: where the system has none to give, small pages serve as well.
    if (isHuge)
      ::madvise(memory, bytes, MADV_HUGEPAGE);
    return static_cast<T *>(memory);
  }

  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_ALIGNEDBUFFER_H
