//===- Peak.h - What this CPU computes at most ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CPU_PEAK_H
#define MLC_RUNTIME_CPU_PEAK_H

namespace mlc::runtime {

/// The f32 operations that a thread of this CPU does in a second with its
/// widest vectors and all operands in registers, a multiply-add being two;
/// measured on the calling thread, which takes some milliseconds.
double measurePeak();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_CPU_PEAK_H
