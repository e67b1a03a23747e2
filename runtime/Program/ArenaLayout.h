//===- ArenaLayout.h - Where arrays lie in one buffer -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_ARENALAYOUT_H
#define MLC_RUNTIME_PROGRAM_ARENALAYOUT_H

#include <cstddef>
#include <new>

namespace mlc::runtime {

/// Places arrays one after another, each on a cache line and each a third of a
/// page further into its page than the one before it.
///
/// An update runs through a parameter and its states (w, m and v of Adam) at
/// the same time. If they started at the same place of a page, the processor,
/// which compares the low 12 bits of addresses first, would take each load for
/// one that depends on the stores just made to the other arrays (4K aliasing),
/// and all of them would fall into the same sets of the L1 and L2 caches.
class ArenaLayout {
public:
  static constexpr std::size_t line = 64, page = 4096;
  /// Odd, so that 64 arrays in a row all start at different lines of a page.
  static constexpr std::size_t stagger = 21 * line;

  /// Returns the offset in bytes of the next array. Throws std::bad_alloc where
  /// the arrays together are too large for any memory.
  std::size_t place(std::size_t bytes) {
    // No more than a page is lost, whatever the sizes.
    const std::size_t offset = bytes_ + (next_ - bytes_) % page;
    next_ += stagger;
    if (__builtin_add_overflow(offset, bytes, &bytes_) ||
        bytes_ > maximum - page)
      throw std::bad_alloc();
    bytes_ = (bytes_ + line - 1) / line * line;
    return offset;
  }

  /// What a buffer for all arrays so far needs.
  std::size_t bytes() const { return bytes_; }

private:
  static constexpr std::size_t maximum = std::size_t(1) << 62;

  std::size_t bytes_ = 0;
  std::size_t next_ = 0; ///< Modulo a page, where the next array starts.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_ARENALAYOUT_H
