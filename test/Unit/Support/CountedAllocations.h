//===- CountedAllocations.h - How often memory was asked for ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_COUNTEDALLOCATIONS_H
#define MLC_TEST_UNIT_SUPPORT_COUNTEDALLOCATIONS_H

#include <cstdint>

namespace mlc::test {

/// Calls of `operator new` and of `aligned_alloc` in this program so far: all
/// of the runtime's memory. For programs that are linked with mlc-counted.
std::int64_t allocations();

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_COUNTEDALLOCATIONS_H
