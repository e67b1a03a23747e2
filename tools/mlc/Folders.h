//===- Folders.h - Folders that commands write into -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_FOLDERS_H
#define MLC_TOOLS_MLC_FOLDERS_H

#include "System/Interrupt.h"

#include <filesystem>
#include <string>

namespace mlc {

/// Makes the folder, and those above it, unless it is there. Throws InputError.
void makeFolder(const std::string &path);

/// A folder that is removed with all that it holds, also where SIGINT or
/// SIGTERM ends the command: while it lives the first of them is noted, and
/// `execute` throws Failed.
class WorkFolder {
public:
  /// Makes one whose name begins as `prefix`. Throws InputError.
  explicit WorkFolder(const std::filesystem::path &prefix);
  WorkFolder(const WorkFolder &) = delete;
  WorkFolder &operator=(const WorkFolder &) = delete;
  ~WorkFolder();

  const std::filesystem::path &path() const { return path_; }

private:
  runtime::InterruptGuard guard_;
  std::filesystem::path path_;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_FOLDERS_H
