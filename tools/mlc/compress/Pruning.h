//===- Pruning.h - Weights without the smallest ones -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_PRUNING_H
#define MLC_TOOLS_MLC_COMPRESS_PRUNING_H

#include <span>

namespace mlc {

/// Sets the elements of the least magnitude to 0, as many as are `share` of
/// all, rounded down; of equal ones, the first. `share` is from 0, below 1;
/// elements are finite.
void pruneSmallest(std::span<float> elements, double share);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_PRUNING_H
