//===- Envelope.h - A signed text, by DSSE ----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_ENVELOPE_H
#define MLC_RUNTIME_AUDIT_ENVELOPE_H

#include "Audit/SigningKey.h"

#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A text with signatures, as a file of JSON has them.
/// Source: https://github.com/secure-systems-lab/dsse, version 1.0.2
struct Envelope {
  struct Signed {
    std::string key; ///< The name of the key.
    Signature signature;
  };
  std::string payloadType, payload;
  std::vector<Signed> signatures; ///< Empty where nobody signed.

  /// Reads one. `path` stands in errors. Throws InputError where anything is
  /// not as `text` writes it: a reader that passes over what it does not know
  /// would pass over damage.
  static Envelope parse(const std::string &path, std::string_view json);

  /// Adds a signature.
  void sign(const SigningKey &key);
  /// Whether a signature of this key is there and right.
  bool isSignedBy(const PublicKey &key) const;
  /// The file, ending with a line feed.
  std::string text() const;

  /// What is signed: DSSE's pre-authentication encoding.
  std::string signedBytes() const;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_ENVELOPE_H
