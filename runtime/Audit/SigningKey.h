//===- SigningKey.h - Ed25519 keys, as minisign keeps them ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_SIGNINGKEY_H
#define MLC_RUNTIME_AUDIT_SIGNINGKEY_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mlc::runtime {

/// Ed25519 (RFC 8032).
using Signature = std::array<std::uint8_t, 64>;

/// Tells keys apart, for people and in signatures; random.
using KeyNumber = std::array<std::uint8_t, 8>;

/// A key that checks signatures.
/// Source of the files' format: https://jedisct1.github.io/minisign/
class PublicKey {
public:
  PublicKey(const KeyNumber &number,
            const std::array<std::uint8_t, 32> &elements)
      : number_(number), elements_(elements) {}
  /// Reads a file of two lines. Throws InputError that says what is wrong.
  static PublicKey read(const std::string &path);

  /// Such a file.
  std::string text() const;
  /// As minisign shows the number: 16 upper-case hexadecimal digits.
  std::string name() const;
  const std::array<std::uint8_t, 32> &elements() const { return elements_; }
  bool verifies(std::span<const std::byte> message,
                const Signature &signature) const;

private:
  KeyNumber number_;
  std::array<std::uint8_t, 32> elements_;
};

/// A key that signs. Its memory is overwritten when it is of no use any more.
class SigningKey {
public:
  /// A new one, from the system's entropy.
  static SigningKey make();
  /// Reads a file of two lines without a password. Throws InputError where it
  /// is none, or where others than its owner may read it.
  static SigningKey read(const std::string &path);
  SigningKey(SigningKey &&other) noexcept;
  SigningKey &operator=(const SigningKey &) = delete;
  ~SigningKey();

  PublicKey publicKey() const;
  Signature sign(std::span<const std::byte> message) const;
  /// What minisign expects beside a file with these bytes, to check it with
  /// `minisign -V`; `comment` is one line, which is signed, too.
  std::string detachedSignature(std::span<const std::byte> file,
                                const std::string &comment) const;

  /// Writes NAME.key, which its owner alone may read, and NAME.pub. Throws
  /// InputError and leaves neither where one is there already or cannot be
  /// written.
  void write(const std::string &name) const;

private:
  SigningKey() = default;
  std::string secretText() const;

  KeyNumber number_;
  std::array<std::uint8_t, 64> elements_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_SIGNINGKEY_H
