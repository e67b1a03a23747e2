//===- LogCheckpoint.h - What a log had at a time, signed -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_LOGCHECKPOINT_H
#define MLC_RUNTIME_AUDIT_LOGCHECKPOINT_H

#include "Audit/MerkleTree.h"
#include "Audit/SigningKey.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A line below a note: a name, four bytes that tell its keys apart, and what
/// the key makes of the text.
struct NoteSignature {
  std::string name;
  std::array<std::uint8_t, 4> key;
  std::string signature;
};

/// A text with signatures of Ed25519, and perhaps of others.
/// Source: https://c2sp.org/signed-note
struct SignedNote {
  std::string text; ///< Whole lines.
  std::vector<NoteSignature> signatures;

  /// Reads one of this form and no other; `signatures` may be empty. Throws
  /// InputError that names `path`.
  static SignedNote parse(const std::string &path, std::string_view bytes);
  /// The file.
  std::string bytes() const;

  /// Adds a signature under a name without spaces and `+`.
  void sign(const std::string &name, const SigningKey &key);
  bool isSignedBy(const std::string &name, const PublicKey &key) const;
};

/// What others' verifiers of notes are told of a key: NAME+ID+KEY.
std::string verifierKey(const std::string &name, const PublicKey &key);

/// The size and root of a log. Source: https://c2sp.org/tlog-checkpoint
struct LogCheckpoint {
  std::string origin; ///< The log's name, under which it signs, too.
  std::uint64_t size = 0;
  TreeHash root = emptyRoot();

  std::string text() const;
  /// Reads the three lines of `text`. Throws InputError that names `path`.
  static LogCheckpoint parse(const std::string &path, std::string_view text);
};

/// 44 letters of base64, and back; nothing where they are not that.
std::string base64OfHash(const TreeHash &hash);
std::optional<TreeHash> hashOfBase64(std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_LOGCHECKPOINT_H
