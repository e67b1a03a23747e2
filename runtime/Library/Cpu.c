//===- Cpu.c - Whether this CPU can run the code --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include <cpuid.h>

static bool hasCpuBits(void) {
  uint64_t saved = 0;
  uint32_t words[4];
  if (__get_cpuid(1, &words[0], &words[1], &words[2], &words[3]) &&
      words[2] >> 27 & 1) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    saved = low;
  }
  const MlcCpuBit *bits = imageAt(mlc_model_image.cpu);
  for (int64_t i = 0; i < mlc_model_image.cpu_bits; ++i) {
    if (!__get_cpuid_count(bits[i].leaf, bits[i].subleaf, &words[0], &words[1],
                           &words[2], &words[3]) ||
        !(words[bits[i].place] >> bits[i].bit & 1) ||
        (saved & bits[i].state) != bits[i].state)
      return false;
  }
  return true;
}

/// Asked once: CPUID takes long in a virtual machine. Threads that ask at the
/// same time find the same.
bool isUsable(void) {
  enum { UNKNOWN, USABLE, UNUSABLE };
  static int known;
  int is = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (is == UNKNOWN) {
    is = hasCpuBits() ? USABLE : UNUSABLE;
    __atomic_store_n(&known, is, __ATOMIC_RELAXED);
  }
  return is == USABLE;
}
