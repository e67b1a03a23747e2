//===- KeyStream.cpp - Random bytes by position, from a secret ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/KeyStream.h"

#include "Error.h"
#include "Private/Sodium.h"

#include <algorithm>
#include <cstring>

namespace mlc::runtime {

KeyStream::KeyStream(const PrivacyKey &key, KeyPurpose purpose,
                     std::uint32_t turn, std::uint64_t step,
                     std::uint32_t parameter) {
  prepareSodium();
  // A key of its own for each purpose, since step and parameter fill the nonce.
  const std::uint64_t name = std::uint64_t(turn) << 32 | std::uint32_t(purpose);
  crypto_kdf_derive_from_key(key_.bytes.data(), key_.bytes.size(), name,
                             "mlcnoise", key.bytes.data());
  std::memcpy(nonce_.data(), &step, sizeof step);
  std::memcpy(nonce_.data() + sizeof step, &parameter, sizeof parameter);
}

KeyStream::~KeyStream() = default;

void KeyStream::fill(std::int64_t first, std::span<std::byte> bytes) const {
  const std::int64_t blocks = (bytes.size() + blockBytes - 1) / blockBytes;
  if (first < 0 || first + blocks - 1 > lastBlock)
    throw InputError("a parameter has too many elements for private training, "
                     "or the data too many rows; train without");
  // What it encrypts is zero, so that the stream itself remains.
  std::memset(bytes.data(), 0, bytes.size());
  auto *raw = reinterpret_cast<unsigned char *>(bytes.data());
  crypto_stream_chacha20_ietf_xor_ic(raw, raw, bytes.size(), nonce_.data(),
                                     std::uint32_t(first), key_.bytes.data());
}

} // namespace mlc::runtime
