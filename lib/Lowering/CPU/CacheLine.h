//===- CacheLine.h - How much memory a prefetch brings ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_CPU_CACHELINE_H
#define MLC_LIB_LOWERING_CPU_CACHELINE_H

#include <cstdint>

namespace mlc {

/// Bytes of a cache line, of x86-64's CPUs and of most others.
inline constexpr int64_t kCacheLine = 64;

} // namespace mlc

#endif // MLC_LIB_LOWERING_CPU_CACHELINE_H
