//===- LogProof.h - Proofs of what a log has --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_LOGPROOF_H
#define MLC_RUNTIME_AUDIT_LOGPROOF_H

#include "Audit/Findings.h"
#include "Audit/LogVerification.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A proof that can be checked without the log: of an entry, or that the log
/// had all that an earlier checkpoint had.
struct LogProof {
  /// `c2sp.org/tlog-proof@v1`, with the entry as its extra data.
  /// Source: https://c2sp.org/tlog-proof
  struct OfEntry {
    std::uint64_t index;
    std::string entry;
  };
  /// Nothing where it is of an earlier checkpoint, in the form in which
  /// witnesses are asked for a signature.
  /// Source: https://c2sp.org/tlog-witness
  std::optional<OfEntry> entry;
  std::uint64_t oldSize = 0; ///< Of the earlier checkpoint.
  std::vector<TreeHash> hashes;
  SignedNote checkpoint;

  /// The file.
  std::string bytes() const;
  /// Throws InputError that names `path`.
  static LogProof parse(const std::string &path, std::string_view bytes);
};

/// Of the log in a folder as its checkpoint has it. Throws InputError where
/// there is no such entry, or where the log is damaged.
LogProof proveEntry(const std::string &folder, std::uint64_t index);
LogProof proveConsistency(const std::string &folder,
                          const std::string &oldCheckpoint);

/// Checks a proof alone; one of an earlier checkpoint needs that. Throws
/// InputError.
Findings verifyProof(const std::string &path, const LogWitnesses &witnesses);

/// Overwrites the payload of an entry; its proof stays. Throws InputError where
/// there is none.
void erasePayload(const std::string &folder, std::uint64_t index);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_LOGPROOF_H
