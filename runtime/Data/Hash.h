//===- Hash.h - XXH3 of bytes -----------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_HASH_H
#define MLC_RUNTIME_DATA_HASH_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace mlc::runtime {

/// XXH3-64 of bytes. Finds accidents, not forgeries.
/// Source: https://github.com/Cyan4973/xxHash
std::uint64_t hashOf(std::span<const std::byte> bytes);

/// As files keep it: 16 lower-case hexadecimal digits.
std::string hashText(std::uint64_t hash);

/// hashOf of all that was added, whatever the pieces.
class RunningHash {
public:
  RunningHash();
  ~RunningHash();
  RunningHash(const RunningHash &) = delete;
  RunningHash &operator=(const RunningHash &) = delete;

  void add(std::span<const std::byte> bytes);
  std::uint64_t value() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_HASH_H
