//===- OperatingSystem.cpp - What the runtime asks of the system ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/OperatingSystem.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace mlc::runtime {

/// Linux writes at most this much in one call.
constexpr std::size_t maxWriteBytes = 0x7ffff000;

int OperatingSystem::open(const char *path, int flags, mode_t mode) {
  return ::open(path, flags, mode);
}

ssize_t OperatingSystem::read(int file, std::span<std::byte> bytes) {
  return ::read(file, bytes.data(), bytes.size());
}

ssize_t OperatingSystem::write(int file, std::span<const std::byte> bytes) {
  return ::write(file, bytes.data(), std::min(bytes.size(), maxWriteBytes));
}

int OperatingSystem::sync(int file) { return ::fsync(file); }

int OperatingSystem::close(int file) { return ::close(file); }

int OperatingSystem::rename(const char *from, const char *to) {
  return std::rename(from, to);
}

int OperatingSystem::remove(const char *path) { return ::unlink(path); }

int OperatingSystem::truncate(int file, off_t size) {
  return ::ftruncate(file, size);
}

int OperatingSystem::makeFolder(const char *path) {
  return ::mkdir(path, 0777);
}

int OperatingSystem::list(const char *path, std::vector<std::string> &names) {
  const std::unique_ptr<DIR, int (*)(DIR *)> folder(::opendir(path),
                                                    &::closedir);
  if (!folder)
    return -1;
  names.clear();
  errno = 0;
  while (const dirent *entry = ::readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..")
      names.push_back(name);
    errno = 0;
  }
  return errno == 0 ? 0 : -1;
}

void *OperatingSystem::map(int file, std::size_t size) {
  void *start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  return start == MAP_FAILED ? nullptr : start;
}

void OperatingSystem::unmap(void *start, std::size_t size) {
  ::munmap(start, size);
}

int OperatingSystem::advise(void *start, std::size_t size, int advice) {
  return ::madvise(start, size, advice);
}

static OperatingSystem *replaced = nullptr;

OperatingSystem &os() {
  static OperatingSystem real;
  return replaced ? *replaced : real;
}

void setOperatingSystem(OperatingSystem *replacement) {
  replaced = replacement;
}

Descriptor &Descriptor::operator=(Descriptor &&other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

Descriptor::~Descriptor() {
  // Errors of a file that is given up matter to nobody.
  if (isOpen())
    os().close(file_);
}

int Descriptor::release() { return std::exchange(file_, -1); }

int Descriptor::close() {
  // Linux closes the file whatever it returns; an interruption says nothing of
  // the data.
  return os().close(release()) == 0 || errno == EINTR ? 0 : errno;
}

Descriptor openFile(const std::string &path, int flags, mode_t mode) {
  int file;
  do
    file = os().open(path.c_str(), flags | O_CLOEXEC, mode);
  while (file < 0 && errno == EINTR);
  return Descriptor(file);
}

ssize_t readSome(int file, std::span<std::byte> bytes) {
  ssize_t count;
  do
    count = os().read(file, bytes);
  while (count < 0 && errno == EINTR);
  return count;
}

int writeAll(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = os().write(file, bytes);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return errno;
    if (count == 0) // Never tried for ever.
      return ENOSPC;
    bytes = bytes.subspan(std::size_t(count));
  }
  return 0;
}

int syncFile(int file) {
  // Only an interrupted call may be repeated: after an error the system may
  // have dropped what it could not write, and would then report success.
  while (os().sync(file) != 0)
    if (errno != EINTR)
      return errno;
  return 0;
}

int syncFolder(const std::string &path) {
  const Descriptor folder = openFile(path, O_RDONLY | O_DIRECTORY);
  if (!folder.isOpen())
    return errno == EACCES ? 0 : errno;
  const int reason = syncFile(folder.get());
  return reason == EINVAL || reason == ENOTSUP ? 0 : reason;
}

const char *adviceOnWriting(int reason) {
  switch (reason) {
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return "make room or choose another place";
  case EISDIR:
    return "give the name of a file";
  default:
    return "check that the folder is there and writable";
  }
}

} // namespace mlc::runtime
