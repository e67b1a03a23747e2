//===- LargeVector.h - Vectors of many megabytes ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_LARGEVECTOR_H
#define MLC_RUNTIME_TEXT_LARGEVECTOR_H

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <sys/mman.h>
#include <vector>

namespace mlc::runtime {

/// Asks the system for huge pages for what has several of them: tables that are
/// read here and there take half their time for finding pages otherwise.
template <typename Element>
struct LargeAllocator {
  using value_type = Element;
  static constexpr std::size_t hugePage = std::size_t{2} << 20;
  static constexpr std::size_t largeBytes = 2 * hugePage;

  LargeAllocator() = default;
  template <typename Other>
  LargeAllocator(const LargeAllocator<Other> &) {}

  Element *allocate(std::size_t count) {
    if (count >
        (std::numeric_limits<std::size_t>::max() - hugePage) / sizeof(Element))
      throw std::bad_alloc();
    const std::size_t bytes = count * sizeof(Element);
    const bool isLarge = bytes >= largeBytes;
    const std::size_t whole = (bytes + hugePage - 1) / hugePage * hugePage;
    void *memory =
        isLarge ? std::aligned_alloc(hugePage, whole) : std::malloc(bytes);
    if (!memory)
      throw std::bad_alloc();
    if (isLarge)
      ::madvise(memory, whole, MADV_HUGEPAGE); // A wish; it may be refused.
    return static_cast<Element *>(memory);
  }
  void deallocate(Element *memory, std::size_t) { std::free(memory); }
  template <typename Other>
  bool operator==(const LargeAllocator<Other> &) const {
    return true;
  }
};

template <typename Element>
using LargeVector = std::vector<Element, LargeAllocator<Element>>;

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_LARGEVECTOR_H
