//===- Peak.cpp - What this CPU computes at most --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Peak.h"

#include "CPU/Features.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <immintrin.h>

namespace mlc::runtime {

namespace {

/// Independent sums: more than two units times the latency of a multiply-add,
/// fewer than the registers there are.
constexpr int sums = 12; // as MLC_UNROLL has it

/// Defines a function that does `rounds` times `sums` multiply-adds. Loops over
/// sums are unrolled, so that each has a register.
#define MLC_DEFINE_ROUNDS(name, features, Vector, multiplyAdd, spread)         \
  __attribute__((target(features))) void name(std::int64_t rounds) {           \
    Vector sum[sums];                                                          \
    const Vector factor = spread(0.5f);                                        \
    MLC_UNROLL for (int i = 0; i < sums; ++i) sum[i] = factor;                 \
    for (std::int64_t round = 0; round < rounds; ++round) {                    \
      MLC_UNROLL for (int i = 0; i < sums; ++i) {                              \
        sum[i] = multiplyAdd(sum[i], factor, factor);                          \
        asm volatile("" : "+x"(sum[i])); /* is used, one by one */             \
      }                                                                        \
    }                                                                          \
  }

#define MLC_UNROLL _Pragma("GCC unroll 12")
#define MLC_SSE_MULTIPLY_ADD(x, y, z) _mm_add_ps(_mm_mul_ps(x, y), z)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"
MLC_DEFINE_ROUNDS(rounds16, "avx512f", __m512, _mm512_fmadd_ps, _mm512_set1_ps)
MLC_DEFINE_ROUNDS(rounds8, "avx2,fma", __m256, _mm256_fmadd_ps, _mm256_set1_ps)
MLC_DEFINE_ROUNDS(rounds4, "sse2", __m128, MLC_SSE_MULTIPLY_ADD, _mm_set1_ps)
#pragma GCC diagnostic pop

} // namespace

double measurePeak() {
  const bool has16 = cpuHas("avx512f").value_or(false);
  const bool has8 =
      cpuHas("avx2").value_or(false) && cpuHas("fma").value_or(false);
  const auto run = has16 ? rounds16 : has8 ? rounds8 : rounds4;
  const double lanes = has16 ? 16 : has8 ? 8 : 4;
  constexpr std::int64_t rounds = 100'000; // some 0.2 ms
  constexpr int attempts = 20;
  using Clock = std::chrono::steady_clock;
  double best = 0;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const auto start = Clock::now();
    run(rounds);
    const std::chrono::duration<double> time = Clock::now() - start;
    best = std::max(best, 2 * lanes * sums * rounds / time.count());
  }
  return best;
}

} // namespace mlc::runtime
