//===- AllocationFaults.h - Memory that runs out ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_FAULT_ALLOCATIONFAULTS_H
#define MLC_TEST_UNIT_FAULT_ALLOCATIONFAULTS_H

#include <cstdint>

namespace mlc::test {

/// From now on the Nth allocation of this process (from 1; 0: none) fails, and
/// with `forever` all after it. Every malloc counts, those of libraries too;
/// where a sanitizer has malloc for itself, every operator new.
void failAllocation(std::int64_t nth, bool forever);

/// Ends that; returns whether any has failed.
bool stopFailingAllocations();

/// Allocations since failAllocation.
std::int64_t allocationsCounted();

} // namespace mlc::test

#endif // MLC_TEST_UNIT_FAULT_ALLOCATIONFAULTS_H
