//===- SigningKey.cpp - Ed25519 keys, as minisign keeps them --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/SigningKey.h"

#include "Audit/Base64.h"
#include "Error.h"
#include "Private/Sodium.h"
#include "System/MappedFile.h"
#include "System/OperatingSystem.h"
#include "System/SecretFile.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace mlc::runtime {

namespace {

constexpr std::string_view commentStart = "untrusted comment: ";

/// The bytes of a public key's file, behind its comment.
struct PublicFile {
  char algorithm[2]; ///< "Ed".
  KeyNumber number;
  std::array<std::uint8_t, 32> elements;
};
static_assert(sizeof(PublicFile) == 42);

/// The same of a secret key. Without a password nothing is encrypted, and what
/// belongs to passwords is zero.
struct SecretFile {
  char algorithm[2];  ///< "Ed".
  char derivation[2]; ///< Two zeros: no password.
  char checksum[2];   ///< "B2".
  std::uint8_t ofPasswords[48];
  KeyNumber number;
  std::array<std::uint8_t, 64> elements; ///< The seed and the public key.
  std::uint8_t check[32];                ///< Zero without a password.
};
static_assert(sizeof(SecretFile) == 158);

template <typename Struct>
std::span<const std::byte> bytesOfStruct(const Struct &value) {
  return std::as_bytes(std::span(&value, 1));
}

const unsigned char *raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char *>(bytes.data());
}

/// Whether the seed of a key makes the rest of it.
bool isWhole(const std::array<std::uint8_t, 64> &elements) {
  std::array<std::uint8_t, 32> open;
  std::array<std::uint8_t, 64> made;
  crypto_sign_seed_keypair(open.data(), made.data(), elements.data());
  const bool same = made == elements;
  sodium_memzero(made.data(), made.size());
  return same;
}

/// Reads a comment and a line of base64 that is a `Struct`; `kind` and `made`
/// are for the error's text.
template <typename Struct>
Struct readKey(const std::string &path, const char *kind, const char *made) {
  const MappedFile file(path);
  std::string_view text = file.text();
  const auto fail = [&](int line, const std::string &what) {
    throw InputError(fmt::format("{}:{}: {}; give {}", path, line, what, made));
  };
  const std::size_t end = text.find('\n');
  if (!text.starts_with(commentStart) || end == text.npos)
    fail(1, fmt::format("expected a line \"{}...\", with which {} begins",
                        commentStart, kind));
  std::string_view line = text.substr(end + 1);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  std::optional<std::string> bytes = fromBase64(line);
  if (!bytes || bytes->size() != sizeof(Struct))
    fail(2, fmt::format("expected base64 of {} bytes, as {} has them",
                        sizeof(Struct), kind));
  Struct key;
  std::memcpy(&key, bytes->data(), sizeof key);
  sodium_memzero(bytes->data(), bytes->size());
  if (std::memcmp(key.algorithm, "Ed", 2) != 0)
    fail(2, fmt::format("expected an Ed25519 key, as {} is", kind));
  return key;
}

std::string keyName(const KeyNumber &number) {
  std::string name;
  for (auto byte = number.rbegin(); byte != number.rend(); ++byte)
    name += fmt::format("{:02X}", *byte);
  return name;
}

} // namespace

PublicKey PublicKey::read(const std::string &path) {
  prepareSodium();
  const auto file = readKey<PublicFile>(
      path, "a public key", "the .pub file that mlc key new or minisign wrote");
  return {file.number, file.elements};
}

std::string PublicKey::text() const {
  PublicFile file = {{'E', 'd'}, number_, elements_};
  return fmt::format("{}mlc public key {}\n{}\n", commentStart, name(),
                     toBase64(bytesOfStruct(file)));
}

std::string PublicKey::name() const { return keyName(number_); }

bool PublicKey::verifies(std::span<const std::byte> message,
                         const Signature &signature) const {
  return crypto_sign_verify_detached(signature.data(), raw(message),
                                     message.size(), elements_.data()) == 0;
}

SigningKey SigningKey::make() {
  prepareSodium();
  SigningKey key;
  std::array<std::uint8_t, 32> open;
  crypto_sign_keypair(open.data(), key.elements_.data());
  randombytes_buf(key.number_.data(), key.number_.size());
  return key;
}

SigningKey SigningKey::read(const std::string &path) {
  prepareSodium();
  refuseSharedSecret(path);
  auto file = readKey<SecretFile>(
      path, "a secret key",
      "the .key file that mlc key new wrote, or minisign -G -W");
  SigningKey key;
  key.number_ = file.number;
  key.elements_ = file.elements;
  const bool hasPassword = file.derivation[0] || file.derivation[1];
  sodium_memzero(&file, sizeof file);
  if (hasPassword)
    throw InputError(fmt::format(
        "{}:2: this key has a password, which nobody can type while programs "
        "train; give one without, which `minisign -C -W -s {}` makes of it",
        path, path));
  if (!isWhole(key.elements_))
    throw InputError(fmt::format(
        "{}:2: the key is damaged; take a copy of it that is whole, or make "
        "another by mlc key new",
        path));
  return key;
}

SigningKey::SigningKey(SigningKey &&other) noexcept
    : number_(other.number_), elements_(other.elements_) {
  sodium_memzero(other.elements_.data(), other.elements_.size());
}

SigningKey::~SigningKey() {
  sodium_memzero(elements_.data(), elements_.size());
}

PublicKey SigningKey::publicKey() const {
  std::array<std::uint8_t, 32> open;
  crypto_sign_ed25519_sk_to_pk(open.data(), elements_.data());
  return {number_, open};
}

Signature SigningKey::sign(std::span<const std::byte> message) const {
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, raw(message), message.size(),
                       elements_.data());
  return signature;
}

std::string SigningKey::detachedSignature(std::span<const std::byte> file,
                                          const std::string &comment) const {
  std::array<std::uint8_t, 64> hash;
  crypto_generichash(hash.data(), hash.size(), raw(file), file.size(), nullptr,
                     0);
  struct {
    char algorithm[2] = {'E', 'D'}; ///< Of the file's BLAKE2b-512.
    KeyNumber number;
    Signature signature;
  } first{.number = number_, .signature = sign(std::as_bytes(std::span(hash)))};
  std::string signedText(reinterpret_cast<const char *>(first.signature.data()),
                         first.signature.size());
  signedText += comment;
  const Signature all = sign(bytesOfText(signedText));
  return fmt::format("{}signature of the key {}\n{}\ntrusted comment: {}\n{}\n",
                     commentStart, keyName(number_),
                     toBase64(bytesOfStruct(first)), comment,
                     toBase64(std::as_bytes(std::span(all))));
}

std::string SigningKey::secretText() const {
  SecretFile file = {{'E', 'd'}, {0, 0},    {'B', '2'}, {},
                     number_,    elements_, {}};
  std::string text =
      fmt::format("{}mlc secret key {}, for nobody else\n{}\n", commentStart,
                  keyName(number_), toBase64(bytesOfStruct(file)));
  sodium_memzero(&file, sizeof file);
  return text;
}

void SigningKey::write(const std::string &name) const {
  std::string secret = secretText();
  const std::string path = name + ".key";
  writeNewFile(path, secret, 0600);
  sodium_memzero(secret.data(), secret.size());
  try {
    writeNewFile(name + ".pub", publicKey().text(), 0666);
  } catch (const InputError &) {
    os().remove(path.c_str());
    throw;
  }
}

} // namespace mlc::runtime
