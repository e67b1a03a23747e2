//===- RadixSort.h - Sorts by whole numbers ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_RADIXSORT_H
#define MLC_RUNTIME_TEXT_RADIXSORT_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace mlc::runtime {

/// Sorts a vector by keyOf(element), a std::uint64_t; equal ones as may be.
/// Fewer than 2^32 elements. `memory` is changed.
template <typename Elements, typename KeyOf>
void radixSort(Elements &elements, Elements &memory, KeyOf keyOf) {
  using Element = typename Elements::value_type;
  // Below it a comparison sort is faster than counting.
  constexpr std::size_t few = 96;
  if (elements.size() < few) {
    std::ranges::sort(elements, {}, keyOf);
    return;
  }
  std::uint64_t differing = 0;
  for (const Element &element : elements)
    differing |= keyOf(element) ^ keyOf(elements.front());
  memory.resize(elements.size());
  for (int shift = 0; shift < 64; shift += 8) {
    if ((differing >> shift & 0xFF) == 0)
      continue;
    std::uint32_t places[256] = {};
    for (const Element &element : elements)
      ++places[keyOf(element) >> shift & 0xFF];
    std::uint32_t sum = 0;
    for (std::uint32_t &place : places)
      sum += std::exchange(place, sum);
    for (const Element &element : elements)
      memory[places[keyOf(element) >> shift & 0xFF]++] = element;
    elements.swap(memory);
  }
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_RADIXSORT_H
