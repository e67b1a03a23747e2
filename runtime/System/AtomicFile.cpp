//===- AtomicFile.cpp - A file written whole or not at all ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/AtomicFile.h"

#include "Error.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/core.h>
#include <memory>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

using namespace mlc::runtime;

void AtomicFile::fail(int reason) const {
  throw InputError(fmt::format("{}: cannot be written: {}; {}", path_,
                               std::system_category().message(reason),
                               adviceOnWriting(reason)));
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
  openTemporary();
  if (replaces && ::fchmod(descriptor_.get(), old.st_mode & 07777) != 0) {
    int reason = errno;
    os().remove(temporary_.c_str());
    fail(reason);
  }
}

/// Opens the first temporary file of the target that no other process writes.
void AtomicFile::openTemporary() {
  // A file name of at most 255 bytes; cut names may meet, as equal ones do.
  constexpr std::size_t longest = 200;
  const std::string name =
      target_.substr(target_.rfind('/') + 1).substr(0, longest);
  int number = 0;
  while (!descriptor_.isOpen()) {
    temporary_ = fmt::format("{}/.mlc-{}-{}.tmp", folder(), name, number);
    descriptor_ = openFile(temporary_, O_WRONLY | O_CREAT | O_EXCL);
    if (descriptor_.isOpen()) {
      if (!lock())
        descriptor_ = Descriptor();
    } else if (errno != EEXIST) {
      fail(errno);
    } else if (!removeIfAbandoned(temporary_)) {
      ++number;
    }
  }
}

/// Locks the temporary file; false where another process has just taken it for
/// an abandoned one.
bool AtomicFile::lock() {
  // One more descriptor, since the first is closed before the file is renamed.
  lock_ = Descriptor(::fcntl(descriptor_.get(), F_DUPFD_CLOEXEC, 0));
  if (!lock_.isOpen()) {
    const int reason = errno;
    os().remove(temporary_.c_str());
    fail(reason);
  }
  struct stat status;
  // A file system without locks has none to be refused.
  return (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0 ||
          errno != EWOULDBLOCK) &&
         ::fstat(lock_.get(), &status) == 0 && status.st_nlink > 0;
}

bool AtomicFile::removeIfAbandoned(const std::string &path) {
  const Descriptor file = openFile(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file.isOpen())
    return errno == ENOENT;
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return false;
  // The system drops the lock of a process that is killed. Whoever wants to
  // remove or rename this file needs the lock, so the name is still its own.
  struct stat locked, named;
  if (::fstat(file.get(), &locked) != 0 || ::stat(path.c_str(), &named) != 0 ||
      locked.st_dev != named.st_dev || locked.st_ino != named.st_ino)
    return true;
  return os().remove(path.c_str()) == 0;
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
  lock_ = Descriptor();
  if (int reason = syncFolder(folder()))
    fail(reason);
}
