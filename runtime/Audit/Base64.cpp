//===- Base64.cpp - Bytes as text, and back -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Base64.h"

#include <algorithm>
#include <sodium.h>

namespace mlc::runtime {

std::string toBase64(std::span<const std::byte> bytes) {
  constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(),
                    reinterpret_cast<const unsigned char *>(bytes.data()),
                    bytes.size(), variant);
  text.pop_back(); // The zero.
  return text;
}

std::optional<std::string> fromBase64(std::string_view text) {
  // libsodium takes some letters beyond ASCII for others.
  if (std::ranges::any_of(text, [](char letter) { return letter < 0; }))
    return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char *end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char *>(bytes.data()),
                        bytes.size(), text.data(), text.size(), nullptr, &size,
                        &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

} // namespace mlc::runtime
