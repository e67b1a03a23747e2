//===- LogVerification.h - Whether a log is whole ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_LOGVERIFICATION_H
#define MLC_RUNTIME_AUDIT_LOGVERIFICATION_H

#include "Audit/Findings.h"
#include "Audit/LogFiles.h"

#include <string>

namespace mlc::runtime {

/// What a log is compared with; empty paths where nothing is given.
struct LogWitnesses {
  std::string key;     ///< The public key that must have signed it.
  std::string against; ///< An earlier checkpoint, kept elsewhere.
};

/// Reads the whole log in a folder: its checkpoint, entries, tiles and
/// payloads. Throws InputError where there is none, or where what it is
/// compared with cannot be read.
Findings verifyLog(const std::string &folder, const LogWitnesses &witnesses);

/// Adds whether the key that is given has signed.
void checkSignature(const SignedNote &note, const LogCheckpoint &checkpoint,
                    const LogWitnesses &witnesses, Findings &findings);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_LOGVERIFICATION_H
