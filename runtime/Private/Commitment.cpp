//===- Commitment.cpp - A hash that only an owner can repeat --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Commitment.h"

#include "Private/Sodium.h"

#include <array>
#include <cstdint>
#include <fmt/format.h>

namespace mlc::runtime {

std::string commitment(const PrivacyKey &key, std::string_view text) {
  prepareSodium();
  std::array<std::uint8_t, 32> subkey;
  crypto_kdf_derive_from_key(subkey.data(), subkey.size(), 0, "mlc-comm",
                             key.bytes.data());
  std::array<std::uint8_t, 16> hash;
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char *>(text.data()),
                     text.size(), subkey.data(), subkey.size());
  sodium_memzero(subkey.data(), subkey.size());
  std::string hexadecimal;
  for (std::uint8_t byte : hash)
    hexadecimal += fmt::format("{:02x}", byte);
  return hexadecimal;
}

} // namespace mlc::runtime
