//===- LedgerFile.h - A ledger that one process writes at a time *- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_LEDGERFILE_H
#define MLC_RUNTIME_PRIVATE_LEDGERFILE_H

#include "System/OperatingSystem.h"

#include <string>
#include <string_view>

namespace mlc::runtime {

/// The bytes of a ledger, and its lock: while this is there, no other process
/// that uses it replaces the file. An empty file is made where there is none.
class LedgerFile {
public:
  /// Waits for its turn. Throws InputError where the file cannot be opened or
  /// locked, and where others than its owner may write it.
  explicit LedgerFile(const std::string &path);

  std::string_view bytes() const { return bytes_; }

  /// Of a file that is not to be written. Throws InputError.
  static std::string read(const std::string &path);

private:
  Descriptor file_;
  std::string bytes_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_LEDGERFILE_H
