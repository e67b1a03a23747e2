//===- FaultySystem.cpp - A system whose Nth call fails -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FaultySystem.h"

#include <cerrno>

namespace mlc::test {

bool FaultySystem::isHit() {
  ++calls_;
  const bool hit = fault_.nth > 0 && (fault_.forever ? calls_ >= fault_.nth
                                                     : calls_ == fault_.nth);
  hasFailed_ |= hit;
  return hit;
}

bool FaultySystem::fails() {
  if (!isHit() || fault_.reason == 0)
    return false;
  errno = fault_.reason;
  return true;
}

int FaultySystem::open(const char *path, int flags, mode_t mode) {
  return fails() ? -1 : OperatingSystem::open(path, flags, mode);
}

ssize_t FaultySystem::read(int file, std::span<std::byte> bytes) {
  return fails() ? -1 : OperatingSystem::read(file, bytes);
}

ssize_t FaultySystem::write(int file, std::span<const std::byte> bytes) {
  if (!isHit())
    return OperatingSystem::write(file, bytes);
  // A part of the bytes, as a disk that fills up takes them.
  if (fault_.reason == 0 || (fault_.reason == ENOSPC && bytes.size() > 1)) {
    if (fault_.reason == ENOSPC && !fault_.forever)
      ++fault_.nth; // What follows is the error.
    return OperatingSystem::write(
        file, bytes.first(std::max<std::size_t>(1, bytes.size() / 2)));
  }
  errno = fault_.reason;
  return -1;
}

int FaultySystem::sync(int) { return fails() ? -1 : 0; }

int FaultySystem::close(int file) {
  // Linux closes it even so.
  const bool bad = fails();
  const int reason = errno;
  const int status = OperatingSystem::close(file);
  if (!bad)
    return status;
  errno = reason;
  return -1;
}

int FaultySystem::rename(const char *from, const char *to) {
  return fails() ? -1 : OperatingSystem::rename(from, to);
}

int FaultySystem::remove(const char *path) {
  return fails() ? -1 : OperatingSystem::remove(path);
}

int FaultySystem::truncate(int file, off_t size) {
  return fails() ? -1 : OperatingSystem::truncate(file, size);
}

int FaultySystem::makeFolder(const char *path) {
  return fails() ? -1 : OperatingSystem::makeFolder(path);
}

int FaultySystem::list(const char *path, std::vector<std::string> &names) {
  return fails() ? -1 : OperatingSystem::list(path, names);
}

void *FaultySystem::map(int file, std::size_t size) {
  return fails() ? nullptr : OperatingSystem::map(file, size);
}

} // namespace mlc::test
