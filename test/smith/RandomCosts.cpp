//===- RandomCosts.cpp - Random thresholds --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCosts.h"

#include "lib/CostModel.h"

#include "llvm/ADT/bit.h"

#include <fmt/format.h>
#include <random>

std::vector<std::string> mlc::smith::randomCosts(uint64_t seed) {
  // Not the generator's numbers, by which a seed's model is known.
  constexpr uint64_t kStream = 0x636f737473;
  std::mt19937_64 engine(seed ^ kStream);
  std::vector<std::string> costs;
  if (seed % 2 == 0)
    return costs;
  for (const Cost &cost : allCosts()) {
    // Always three numbers each, so that a new cost at the end changes none.
    const bool isDrawn = engine() % 3 == 0;
    const uint64_t digits = engine(), place = engine();
    if (!isDrawn)
      continue;
    // So many bits of the distance from the least, each as often.
    const uint64_t range = cost.most - cost.least + 1;
    const uint64_t bits = digits % (llvm::bit_width(range) + 1);
    const uint64_t distance = place % (uint64_t(1) << bits) % range;
    costs.push_back(fmt::format("{}={}", std::string_view(cost.name),
                                cost.least + int64_t(distance)));
  }
  return costs;
}
