//===- AtomicFile.cpp - A file written whole or not at all ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/AtomicFile.h"

#include "Error.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/core.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

using namespace mlc::runtime;

/// Linux writes at most this much in one call.
static constexpr std::size_t maxWriteBytes = 0x7ffff000;

void AtomicFile::fail(int reason) const {
  const char *advice = reason == ENOSPC || reason == EDQUOT || reason == EFBIG
                           ? "make room or choose another place"
                           : "check that the folder is there and writable";
  throw InputError(fmt::format("{}: cannot be written: {}; {}", path_,
                               std::system_category().message(reason), advice));
}

std::string AtomicFile::folder() const {
  std::size_t slash = target_.rfind('/');
  return slash == std::string::npos ? "." : target_.substr(0, slash + 1);
}

AtomicFile::AtomicFile(const std::string &path) : path_(path), target_(path) {
  struct stat old;
  bool replaces = ::stat(path.c_str(), &old) == 0;
  if (replaces && !S_ISREG(old.st_mode))
    throw InputError(fmt::format(
        "{}: cannot be written: it is {}; give the "
        "name of a file",
        path, S_ISDIR(old.st_mode) ? "a folder" : "no regular file"));
  if (replaces) {
    std::unique_ptr<char, decltype(&std::free)> real(
        ::realpath(path.c_str(), nullptr), &std::free);
    if (!real)
      fail(errno);
    target_ = real.get();
  }
  static std::atomic<unsigned> count = 0;
  do {
    temporary_ =
        fmt::format("{}/.mlc-{}-{}.tmp", folder(), ::getpid(), count++);
    descriptor_ = ::open(temporary_.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0)
    fail(errno);
  if (replaces && ::fchmod(descriptor_, old.st_mode & 07777) != 0) {
    int reason = errno;
    ::close(descriptor_);
    ::unlink(temporary_.c_str());
    fail(reason);
  }
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
  if (!temporary_.empty())
    ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(descriptor_, bytes.data(),
                              std::min(bytes.size(), maxWriteBytes));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    size_ += written;
  }
}

void AtomicFile::prepare() {
  if (::fsync(descriptor_) != 0)
    fail(errno);
  // Closed whatever it returns; some file systems report a full disk here.
  if (::close(std::exchange(descriptor_, -1)) != 0)
    fail(errno);
}

void AtomicFile::commit() {
  if (descriptor_ >= 0)
    prepare();
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    fail(errno);
  temporary_.clear();
  int directory = ::open(folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return; // A folder that may be written to but not read.
  int status = ::fsync(directory), reason = errno;
  ::close(directory);
  // Not every file system can synchronise a folder.
  if (status != 0 && reason != EINVAL && reason != ENOTSUP)
    fail(reason);
}
