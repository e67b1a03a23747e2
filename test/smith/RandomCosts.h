//===- RandomCosts.h - Random thresholds ---------------------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_RANDOMCOSTS_H
#define MLC_TEST_SMITH_RANDOMCOSTS_H

#include <cstdint>
#include <string>
#include <vector>

namespace mlc::smith {

/// Thresholds for a seed, as `name=value` of lib/CostModel.h: for every second
/// seed none, else about a third of them, from the least that makes sense to
/// what is usual, small ones as often as large ones. So small models reach code
/// that is otherwise for large ones.
std::vector<std::string> randomCosts(uint64_t seed);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_RANDOMCOSTS_H
