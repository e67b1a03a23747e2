//===- KeyStream.h - Random bytes by position, from a secret ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_KEYSTREAM_H
#define MLC_RUNTIME_PRIVATE_KEYSTREAM_H

#include "Private/PrivacyKey.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace mlc::runtime {

/// What random bytes are for: none of one purpose tell of those of another.
enum class KeyPurpose : std::uint32_t {
  Noise = 1,
  DiscreteNoise = 2,
  Rows = 3
};

/// ChaCha20 (RFC 8439) as random bytes: each block of 64 is a function of a
/// key, a purpose, a step, a parameter and its own number, and of nothing else.
class KeyStream {
public:
  static constexpr std::size_t blockBytes = 64;
  /// Blocks are numbered from 0 to this one.
  static constexpr std::int64_t lastBlock = 0xffffffff;

  /// `turn` makes as many independent streams of one purpose as are needed.
  KeyStream(const PrivacyKey &key, KeyPurpose purpose, std::uint32_t turn,
            std::uint64_t step, std::uint32_t parameter);
  KeyStream(const KeyStream &) = delete;
  ~KeyStream();

  /// The bytes from the start of block `first` on. Throws InputError beyond
  /// the last block: no byte is ever given out twice.
  void fill(std::int64_t first, std::span<std::byte> bytes) const;

private:
  PrivacyKey key_;
  std::array<std::uint8_t, 12> nonce_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_KEYSTREAM_H
