//===- SecretFile.cpp - Files that their owner alone may read -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/SecretFile.h"

#include "Error.h"
#include "System/OperatingSystem.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>

namespace mlc::runtime {

void writeNewFile(const std::string &path, std::string_view text, mode_t mode) {
  const auto fail = [&](int reason) {
    throw InputError(fmt::format("{}: cannot be written: {}; {}", path,
                                 std::system_category().message(reason),
                                 adviceOnWriting(reason)));
  };
  Descriptor file = openFile(path, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!file.isOpen() && errno == EEXIST)
    throw InputError(fmt::format("{}: is there already; a key is never "
                                 "overwritten, so give another name",
                                 path));
  if (!file.isOpen())
    fail(errno);
  int reason = writeAll(file.get(), std::as_bytes(std::span(text)));
  if (reason == 0)
    reason = syncFile(file.get());
  if (const int closing = file.close(); reason == 0)
    reason = closing;
  if (reason != 0) {
    os().remove(path.c_str());
    fail(reason);
  }
}

void refuseSharedSecret(const std::string &path) {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0)
    throw InputError(fmt::format("{}: others than its owner may use this "
                                 "secret key; make that impossible: chmod 600 "
                                 "{}",
                                 path, path));
}

} // namespace mlc::runtime
