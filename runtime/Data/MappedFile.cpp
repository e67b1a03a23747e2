//===- MappedFile.cpp - A read-only mapped file ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/MappedFile.h"

#include "Error.h"
#include "System/OperatingSystem.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <limits>
#include <sys/stat.h>
#include <system_error>
#include <utility>

using namespace mlc::runtime;

static InputError cannotRead(const std::string &path, int reason) {
  return InputError(
      fmt::format("{}: cannot be read: {}; check the name and its permissions",
                  path, std::system_category().message(reason)));
}

MappedFile::MappedFile(const std::string &path) {
  // Non-blocking, so that a pipe is refused below instead of waited for.
  const Descriptor file = openFile(path, O_RDONLY | O_NONBLOCK);
  if (!file.isOpen())
    throw cannotRead(path, errno);
  struct stat status;
  if (::fstat(file.get(), &status) != 0)
    throw cannotRead(path, errno);
  if (!S_ISREG(status.st_mode))
    throw InputError(fmt::format(
        "{}: expected a regular file, but got {}; "
        "give the name of a file",
        path, S_ISDIR(status.st_mode) ? "a folder" : "a pipe or device"));
  if (status.st_size == 0)
    return;
  if (static_cast<std::uintmax_t>(status.st_size) >
      std::numeric_limits<std::size_t>::max())
    throw cannotRead(path, EFBIG);
  void *start = os().map(file.get(), static_cast<std::size_t>(status.st_size));
  if (!start)
    throw cannotRead(path, errno);
  data_ = static_cast<const std::byte *>(start);
  size_ = static_cast<std::size_t>(status.st_size);
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_)
    os().unmap(const_cast<std::byte *>(data_), size_);
}
