//===- MappedFile.cpp - A read-only mapped file ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/MappedFile.h"

#include "Error.h"
#include "System/OperatingSystem.h"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/core.h>
#include <functional>
#include <limits>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

using namespace mlc::runtime;

/// Where the first mappings are, for signal handlers, which can reach nothing
/// but globals and wait for nobody. A program maps three or four files, or the
/// parts of a data set.
static constexpr std::size_t knownMappings = 1024;

struct MappedFile::Mapping {
  Mapping(const std::string &path, std::size_t size) : path(path), size(size) {}
  ~Mapping() {
    replaceKnown(this, nullptr);
    if (start)
      os().unmap(const_cast<std::byte *>(start), size);
  }
  void makeKnown() const { replaceKnown(nullptr, this); }

  const std::string path;
  const std::size_t size;
  const std::byte *start = nullptr;

  static inline std::atomic<const Mapping *> known[knownMappings];

private:
  /// Replaces the first that is `from`, if there is any.
  static void replaceKnown(const Mapping *from, const Mapping *to) {
    for (std::atomic<const Mapping *> &place : known) {
      const Mapping *expected = from;
      if (place.compare_exchange_strong(expected, to))
        break;
    }
  }
};

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
  mapping_ =
      std::make_unique<Mapping>(path, static_cast<std::size_t>(status.st_size));
  mapping_->start =
      static_cast<const std::byte *>(os().map(file.get(), mapping_->size));
  if (!mapping_->start)
    throw cannotRead(path, errno);
  mapping_->makeKnown();
}

MappedFile::MappedFile(MappedFile &&other) noexcept = default;
MappedFile &MappedFile::operator=(MappedFile &&other) noexcept = default;
MappedFile::~MappedFile() = default;

std::span<const std::byte> MappedFile::bytes() const {
  if (!mapping_)
    return {};
  return {mapping_->start, mapping_->size};
}

std::string_view MappedFile::text() const {
  return {reinterpret_cast<const char *>(bytes().data()), bytes().size()};
}

void MappedFile::advise(std::span<const std::byte> bytes, PageAdvice advice) {
  if (bytes.empty())
    return;
  static const std::uintptr_t page = std::uintptr_t(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin =
      reinterpret_cast<std::uintptr_t>(bytes.data()) / page * page;
  const std::size_t size =
      reinterpret_cast<std::uintptr_t>(bytes.data()) - begin + bytes.size();
  const int code = advice == PageAdvice::ReadAhead ? MADV_WILLNEED
                   : advice == PageAdvice::Load    ? MADV_POPULATE_READ
                                                   : MADV_DONTNEED;
  os().advise(reinterpret_cast<void *>(begin), size, code);
}

const char *MappedFile::pathAt(const void *address) {
  const std::less<const void *> isBefore;
  for (const std::atomic<const Mapping *> &place : Mapping::known)
    if (const Mapping *mapping = place.load())
      if (!isBefore(address, mapping->start) &&
          isBefore(address, mapping->start + mapping->size))
        return mapping->path.c_str();
  return nullptr;
}
