//===- Pruning.cpp - Weights without the smallest ones
//-----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pruning.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

void mlc::pruneSmallest(std::span<float> elements, double share) {
  std::vector<std::size_t> order(elements.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  const auto count = std::ptrdiff_t(share * double(elements.size()));
  std::ranges::nth_element(
      order, order.begin() + count, {},
      [&](std::size_t at) { return std::pair(std::abs(elements[at]), at); });
  for (std::ptrdiff_t at = 0; at < count; ++at)
    elements[order[std::size_t(at)]] = 0;
}
