//===- LastWords.h - A message where nothing else is possible ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_LASTWORDS_H
#define MLC_RUNTIME_SYSTEM_LASTWORDS_H

namespace mlc::runtime {

/// Ends the process with a message and status 1, rather than with a signal,
/// where
///   - memory runs out inside a library that promises not to throw,
///   - a mapped file turns out to be unreadable: it was cut off meanwhile, or
///     its disk has failed. The message names the file.
/// Called once, by `main`.
void installLastWords();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_LASTWORDS_H
