//===- EmbeddedWeights.h - Weights inside of a program ----------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `mlc compile --weights` adds to a program (lib/Emit/Object.cpp) and the
// runtime finds there (runtime/Program/OwnWeights.cpp). Plain C. A change here
// obliges both sides, and MLC_ABI_VERSION of RuntimeABI.h.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_EMBEDDEDWEIGHTS_H
#define MLC_EMBEDDEDWEIGHTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Where a program's own weights begin: at a cache line, so that parameters lie
/// in memory as they do in a mapped file.
#define MLC_WEIGHTS_ALIGNMENT 64

/// The bytes of a whole weights file, in read-only memory.
typedef struct MlcWeights {
  const void *bytes;
  int64_t size;
} MlcWeights;

/// The program's own weights. A program that was compiled without --weights
/// does not define it, and its address is null.
extern const MlcWeights mlc_weights __attribute__((weak));

#ifdef __cplusplus
}
#endif

#endif // MLC_EMBEDDEDWEIGHTS_H
