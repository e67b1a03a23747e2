//===- PeakMemory.h - How much memory reading takes -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_PEAKMEMORY_H
#define MLC_TEST_UNIT_SUPPORT_PEAKMEMORY_H

#include "Support/Sanitized.h"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace mlc::test {

constexpr std::int64_t mebibyte = 1 << 20;

/// What reading takes beside what grows with the input: buffers, a thread or
/// two. test/fuzz/README.md says so too.
constexpr std::int64_t constantMemory = 8 * mebibyte;

/// The bytes by which the peak of a fork of this process, which runs `action`,
/// is above that of one that does nothing. An InputError is an end as another:
/// what is refused may need memory all the same.
std::int64_t peakMemory(const std::function<void()> &action);

/// A file of about so many bytes that makes its reader keep as much of it as
/// any can, or that says it is much larger than it is.
struct MemoryInput {
  const char *name;
  std::string (*make)(std::size_t bytes);
  void (*read)(const std::string &path);
  double factor; ///< The most memory for each byte.
};

void PrintTo(const MemoryInput &input, std::ostream *out);

/// Expects that reading such a file, made at `path` of a few bytes, 1 MiB and 4
/// MiB, takes at most `factor` times its bytes and constantMemory.
void expectMemoryFollows(const MemoryInput &input, const std::string &path);

/// This piece again and again, up to so many bytes.
std::string repeat(std::string_view piece, std::size_t bytes);

/// Words that are all different, the shortest first, each between these.
std::string words(const char *before, const char *behind, std::size_t bytes);

/// The header of a safetensors file with its length before it.
std::string withLength(std::string header);

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_PEAKMEMORY_H
