//===- PrivacyKey.cpp - The secret that noise is made of ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/PrivacyKey.h"

#include "Error.h"
#include "Private/Sodium.h"
#include "System/MappedFile.h"
#include "System/SecretFile.h"

#include <fmt/format.h>
#include <string_view>

namespace mlc::runtime {

namespace {

constexpr std::string_view firstWord = "mlc-privacy-key-1 ";

/// Of a file: the word, 64 hexadecimal digits and the end of the line.
constexpr std::size_t fileBytes = firstWord.size() + 64 + 1;

} // namespace

PrivacyKey::~PrivacyKey() { sodium_memzero(bytes.data(), bytes.size()); }

PrivacyKey drawPrivacyKey() {
  prepareSodium();
  PrivacyKey key;
  randombytes_buf(key.bytes.data(), key.bytes.size());
  return key;
}

std::string nameOfKey(const PrivacyKey &key) {
  prepareSodium();
  // Not the key's own bytes, nor a hash that is of use elsewhere.
  std::array<std::uint8_t, 16> name;
  crypto_kdf_derive_from_key(name.data(), name.size(), 0, "mlc-name",
                             key.bytes.data());
  std::string text;
  for (std::uint8_t byte : name)
    text += fmt::format("{:02x}", byte);
  return text;
}

void writePrivacyKey(const std::string &path, const PrivacyKey &key) {
  std::string text(firstWord);
  text.resize(fileBytes);
  sodium_bin2hex(text.data() + firstWord.size(), 65, key.bytes.data(),
                 key.bytes.size());
  text.back() = '\n';
  try {
    writeNewFile(path, text, 0600);
  } catch (...) {
    sodium_memzero(text.data(), text.size());
    throw;
  }
  sodium_memzero(text.data(), text.size());
}

PrivacyKey readPrivacyKey(const std::string &path) {
  prepareSodium();
  refuseSharedSecret(path);
  const MappedFile file(path);
  const std::string_view text = file.text();
  PrivacyKey key;
  std::size_t size = 0;
  if (text.size() != fileBytes || !text.starts_with(firstWord) ||
      text.back() != '\n' ||
      sodium_hex2bin(key.bytes.data(), key.bytes.size(),
                     text.data() + firstWord.size(), 64, nullptr, &size,
                     nullptr) != 0 ||
      size != key.bytes.size())
    throw DamagedFile(fmt::format(
        "{}:1: expected a line \"{}...\" with 64 hexadecimal digits; give the "
        "file that train --keep-key wrote",
        path, firstWord));
  return key;
}

} // namespace mlc::runtime
