//===- SlotTable.h - A hash table of numbers --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_SLOTTABLE_H
#define MLC_RUNTIME_TEXT_SLOTTABLE_H

#include "Text/LargeVector.h"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace mlc::runtime {

/// Finds numbers by what they stand for, which is kept elsewhere: a slot has
/// the number and 32 bits of the hash, its tag. Open addressing with linear
/// probing from the slot that the tag's high bits name, so slots are nearly in
/// the order of tags and growing goes through memory in order.
class SlotTable {
public:
  static constexpr std::uint32_t empty = 0xFFFFFFFF;
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = empty;
  };

  /// The number with that tag for which isSame(number), or `empty`.
  template <typename IsSame>
  std::uint32_t find(std::uint32_t tag, IsSame isSame) const {
    return slots_.empty() ? empty : slots_[place(tag, isSame)].number;
  }
  /// The same, or `make()` if there is none, which is then there.
  template <typename IsSame, typename Make>
  std::uint32_t findOrAdd(std::uint32_t tag, IsSame isSame, Make make) {
    if (used_ >= slots_.size() / 8 * 5)
      grow();
    Slot &slot = slots_[place(tag, isSame)];
    if (slot.number == empty) {
      slot = {tag, make()};
      ++used_;
    }
    return slot.number;
  }
  /// Starts to bring what the two will read into the cache.
  void prefetch(std::uint32_t tag) const {
    if (!slots_.empty())
      __builtin_prefetch(&slots_[tag >> shift_]);
  }

private:
  static constexpr std::size_t firstSlots = 1024;

  template <typename IsSame>
  std::size_t place(std::uint32_t tag, IsSame isSame) const {
    std::size_t at = tag >> shift_;
    while (slots_[at].number != empty &&
           !(slots_[at].tag == tag && isSame(slots_[at].number)))
      at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  void grow() {
    LargeVector<Slot> old(slots_.empty() ? firstSlots : 2 * slots_.size());
    old.swap(slots_);
    shift_ = 32 - std::countr_zero(slots_.size());
    for (const Slot &slot : old)
      if (slot.number != empty)
        slots_[place(slot.tag, [](std::uint32_t) { return false; })] = slot;
  }

  LargeVector<Slot> slots_; // A power of two of them, or none.
  std::size_t used_ = 0;
  int shift_ = 32;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_SLOTTABLE_H
