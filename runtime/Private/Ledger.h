//===- Ledger.h - What private runs on a data file have cost ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_LEDGER_H
#define MLC_RUNTIME_PRIVATE_LEDGER_H

#include "Private/Accountant.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// The most steps of a run: whole numbers up to it are doubles, which an
/// accountant computes with.
constexpr std::int64_t mostLedgerSteps = std::int64_t(1) << 53;

/// One private run, as a ledger and its weights name it.
struct LedgerEntry {
  std::string run;      ///< nameOfKey of its key.
  std::string started;  ///< UTC, as 2026-01-31T23:59:59Z; tells, and decides
                        ///< nothing.
  PrivateSteps steps{}; ///< That it may execute.
  double delta = 0;
  /// Whose part is hidden, and what a neighbouring data set is: see
  /// epsilonByLoss. No others are known.
  std::string unit = "row", adjacency = "zero-out";
  /// How many steps it executed; nothing where it has not told: all count.
  std::optional<std::int64_t> executed = {};
  std::string chain = {}; ///< 16 hexadecimal digits: see Ledger.md.

  /// One line of JSON, without `executed`: as the ledger has it.
  std::string line() const;
  /// Reads one. Throws DamagedFile that begins with `place` where it is not of
  /// the one form that `line` writes.
  static LedgerEntry parse(const std::string &place, std::string_view line);

  /// The steps that count.
  PrivateSteps counted() const;
};

/// The key of weights' `__metadata__` under which a private run leaves the line
/// of its entry.
constexpr const char *ledgerMetadata = "private_run";

/// The ledger that belongs to a data file: beside it, symbolic links followed.
std::string ledgerPath(const std::string &data);

/// The runs of a ledger in the order in which they began; none where there is
/// no such file. Throws InputError; DamagedFile where its bytes are not what
/// was written.
std::vector<LedgerEntry> readLedger(const std::string &path);

/// The same of a file's bytes.
std::vector<LedgerEntry> parseLedger(const std::string &path,
                                     std::string_view bytes);

/// Adds a run and brings it to the disk. To be called before its first step:
/// what is not recorded must not run. Returns the entry with its `chain`.
/// Waits for others who write the same ledger. Throws InputError, and changes
/// nothing, where the same key has run before, where others may write the file,
/// where it is damaged, or where it cannot be written.
LedgerEntry beginRun(const std::string &path, LedgerEntry entry);

/// Adds that a run has ended after fewer steps than it began with, so that the
/// others do not count. Throws InputError, and changes nothing, as beginRun
/// does and where there is no such run.
void endRun(const std::string &path, const std::string &run,
            std::int64_t executed);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_LEDGER_H
