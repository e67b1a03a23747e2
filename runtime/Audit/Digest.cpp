//===- Digest.cpp - SHA-256 of bytes --------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Digest.h"

#include "System/MappedFile.h"

#include <algorithm>
#include <array>
#include <sodium.h>

namespace mlc::runtime {

struct RunningSha256::State {
  crypto_hash_sha256_state hash;
};

RunningSha256::RunningSha256() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->hash);
}
RunningSha256::~RunningSha256() = default;
RunningSha256::RunningSha256(RunningSha256 &&) noexcept = default;

void RunningSha256::add(std::span<const std::byte> bytes) {
  crypto_hash_sha256_update(
      &state_->hash, reinterpret_cast<const unsigned char *>(bytes.data()),
      bytes.size());
}

std::string RunningSha256::text() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256_final(&state_->hash, digest.data());
  std::string text(2 * digest.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

std::string sha256Of(std::span<const std::byte> bytes) {
  RunningSha256 hash;
  hash.add(bytes);
  return hash.text();
}

std::string sha256OfFile(const std::string &path) {
  const MappedFile file(path);
  RunningSha256 hash;
  // Of a file that is larger than memory, no more than a piece is there.
  constexpr std::size_t piece = std::size_t(32) << 20;
  for (std::size_t begin = 0; begin < file.bytes().size(); begin += piece) {
    const auto some = file.bytes().subspan(
        begin, std::min(piece, file.bytes().size() - begin));
    hash.add(some);
    MappedFile::advise(some, PageAdvice::Drop);
  }
  return hash.text();
}

std::string pathOfThisProgram() { return "/proc/self/exe"; }

} // namespace mlc::runtime
