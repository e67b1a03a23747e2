//===- Random.h - Random choices --------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_RANDOM_H
#define MLC_TEST_SMITH_RANDOM_H

#include <cstdint>
#include <initializer_list>
#include <random>

namespace mlc::smith {

/// Random numbers that are the same with every standard library.
class Random {
public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  uint64_t word() { return engine_(); }
  /// From 0 to below `end`.
  int64_t whole(int64_t end) { return static_cast<int64_t>(engine_() % end); }
  bool chance(double probability) { return engine_() * 0x1p-64 < probability; }
  template <typename T, size_t size>
  T pick(const T (&choices)[size]) {
    return choices[whole(size)];
  }
  template <typename T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[whole(choices.size())];
  }

private:
  std::mt19937_64 engine_;
};

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_RANDOM_H
