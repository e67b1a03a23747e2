//===- NoiseTest.cpp - Noise, rows and keys of private training -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Noise.h"

#include "Support/ExpectError.h"
#include "Support/TestData.h"

namespace mlc::test {
namespace {

using namespace runtime;

/// Bytes that count up from `start`.
PrivacyKey keyOf(std::uint8_t start) {
  PrivacyKey key;
  for (std::uint8_t &byte : key.bytes)
    byte = start++;
  return key;
}

TEST(NoiseTest, AnyPartHasTheBitsOfTheWhole) {
  const PrivacyKey key = keyOf(0);
  std::vector<float> whole(3000);
  fillGaussian(key, 7, 3, 0, 2.0, whole);
  for (std::int64_t first : {0, 1, 7, 8, 511, 512, 513, 2999})
    for (std::int64_t count : {0, 1, 2, 9, 600}) {
      std::vector<float> part(std::min(count, 3000 - first));
      fillGaussian(key, 7, 3, first, 2.0, part);
      EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + first))
          << first << ' ' << count;
    }
}

} // namespace
} // namespace mlc::test
