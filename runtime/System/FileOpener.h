//===- FileOpener.h - Opens one file for a process that cannot --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_FILEOPENER_H
#define MLC_RUNTIME_SYSTEM_FILEOPENER_H

#include "System/OperatingSystem.h"

#include <string>

namespace mlc::runtime {

/// A process beside this one that opens one file, named now, to be read, as
/// often as it is asked to, and does nothing else. It ends with this object or
/// with this process. As the system in use (setOperatingSystem), it opens that
/// file and no other one.
class FileOpener : public OperatingSystem {
public:
  /// To be made before there are threads. Throws InputError where the system
  /// starts no process.
  explicit FileOpener(const std::string &path);
  ~FileOpener() override;
  FileOpener(const FileOpener &) = delete;

  int open(const char *path, int flags, mode_t mode) override;

private:
  const std::string path_;
  Descriptor socket_;
  unsigned requests_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_FILEOPENER_H
