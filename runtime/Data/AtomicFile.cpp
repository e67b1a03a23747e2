//===- AtomicFile.cpp - A file written whole or not at all ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/AtomicFile.h"

#include "Error.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/core.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

using namespace mlc::runtime;

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

bool AtomicFile::isTemporary(std::string_view name) {
  return name.starts_with(".mlc-") && name.ends_with(".tmp");
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
    descriptor_ = openFile(temporary_, O_WRONLY | O_CREAT | O_EXCL);
  } while (!descriptor_.isOpen() && errno == EEXIST);
  if (!descriptor_.isOpen())
    fail(errno);
  if (replaces && ::fchmod(descriptor_.get(), old.st_mode & 07777) != 0) {
    int reason = errno;
    os().remove(temporary_.c_str());
    fail(reason);
  }
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty())
    os().remove(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  if (int reason = writeAll(descriptor_.get(), bytes))
    fail(reason);
  size_ += static_cast<std::int64_t>(bytes.size());
}

void AtomicFile::prepare() {
  if (int reason = syncFile(descriptor_.get()))
    fail(reason);
  // Some file systems report a full disk only here.
  if (int reason = descriptor_.close())
    fail(reason);
}

void AtomicFile::commit() {
  if (descriptor_.isOpen())
    prepare();
  if (os().rename(temporary_.c_str(), target_.c_str()) != 0)
    fail(errno);
  temporary_.clear();
  if (int reason = syncFolder(folder()))
    fail(reason);
}
