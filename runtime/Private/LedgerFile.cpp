//===- LedgerFile.cpp - A ledger that one process writes at a time --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/LedgerFile.h"

#include "Error.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>

namespace mlc::runtime {

namespace {

[[noreturn]] void fail(const std::string &path, const char *what, int reason) {
  throw InputError(fmt::format(
      "{}: cannot be {}: {}; private training counts what it costs there, and "
      "does not run without: {}",
      path, what, std::system_category().message(reason),
      adviceOnWriting(reason)));
}

std::string readAll(const std::string &path, int file) {
  std::string bytes;
  std::array<std::byte, 4096> piece;
  while (true) {
    const ssize_t size = readSome(file, piece);
    if (size < 0)
      fail(path, "read", errno);
    if (size == 0)
      return bytes;
    bytes.append(reinterpret_cast<const char *>(piece.data()),
                 std::size_t(size));
  }
}

/// Whether the name still is that of the open file. A writer renames another
/// file to it.
bool isNamed(const std::string &path, int file) {
  struct stat open, named;
  return ::fstat(file, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

int lockOf(int file) {
  while (::flock(file, LOCK_EX) != 0)
    if (errno != EINTR)
      return errno;
  return 0;
}

} // namespace

LedgerFile::LedgerFile(const std::string &path) {
  do {
    file_ = openFile(path, O_RDWR | O_CREAT, 0600);
    if (!file_.isOpen())
      fail(path, "written", errno);
    if (const int reason = lockOf(file_.get()))
      fail(path, "locked", reason);
  } while (!isNamed(path, file_.get()));
  struct stat status;
  if (::fstat(file_.get(), &status) == 0 && (status.st_mode & 022) != 0)
    throw InputError(fmt::format("{}: others than its owner may change what "
                                 "was spent here; make that impossible: chmod "
                                 "go-w {}",
                                 path, path));
  bytes_ = readAll(path, file_.get());
}

std::string LedgerFile::read(const std::string &path) {
  const Descriptor file = openFile(path, O_RDONLY);
  if (!file.isOpen())
    throw InputError(fmt::format("{}: cannot be read: {}; give a file that may "
                                 "be read",
                                 path, std::system_category().message(errno)));
  return readAll(path, file.get());
}

} // namespace mlc::runtime
