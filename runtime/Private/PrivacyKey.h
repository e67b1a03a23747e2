//===- PrivacyKey.h - The secret that noise is made of ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_PRIVACYKEY_H
#define MLC_RUNTIME_PRIVATE_PRIVACYKEY_H

#include <array>
#include <cstdint>
#include <string>

namespace mlc::runtime {

/// What noise and the choice of rows are made of. Who has it can take the noise
/// away again, so it stays in memory, which is overwritten at the end, unless
/// its owner asks for a file. Never used for two runs: the difference of two
/// sums with the same noise has none.
struct PrivacyKey {
  std::array<std::uint8_t, 32> bytes;

  ~PrivacyKey();
};

/// A new one, from the system's entropy. Throws InputError where there is none.
PrivacyKey drawPrivacyKey();

/// Tells keys apart and says nothing else of them: 32 lower-case hexadecimal
/// digits of a hash.
std::string nameOfKey(const PrivacyKey &key);

/// Writes a file that its owner alone may read, and brings it to the disk.
/// Throws InputError, and leaves none, where there is one already or it cannot
/// be written.
void writePrivacyKey(const std::string &path, const PrivacyKey &key);

/// Reads it. Throws InputError where it is none (DamagedFile), or where others
/// than its owner may read it.
PrivacyKey readPrivacyKey(const std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_PRIVACYKEY_H
