//===- Files.h - Files for tests and what becomes of them -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_FILES_H
#define MLC_TEST_UNIT_SUPPORT_FILES_H

#include "Error.h"
#include "Support/Sanitized.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mlc::test {

/// A new folder, removed with all it holds.
class TemporaryFolder {
public:
  explicit TemporaryFolder(const std::filesystem::path &parent =
                               std::filesystem::temp_directory_path());
  TemporaryFolder(const TemporaryFolder &) = delete;
  ~TemporaryFolder();

  std::string operator/(const std::string &name) const { return path_ / name; }
  /// The names of the files in it, sorted.
  std::vector<std::string> names() const;

private:
  std::filesystem::path path_;
};

std::string readFile(const std::string &path);
void writeFile(const std::string &path, const std::string &bytes);
/// Changes one byte in place: thousands of new files would be slow.
void writeByte(const std::string &path, std::size_t at, char byte);

/// The message of the InputError that `action` throws; fails the test and
/// returns nothing if it throws none.
std::string inputError(const std::function<void()> &action);

/// Until it goes out of scope no file can grow beyond `bytes`: what a full disk
/// does, with another error number.
class FileSizeLimit {
public:
  explicit FileSizeLimit(std::uint64_t bytes);
  FileSizeLimit(const FileSizeLimit &) = delete;
  ~FileSizeLimit();

private:
  std::uint64_t old_;
};

template <typename T>
std::vector<T> elements(std::span<const T> span) {
  return {span.begin(), span.end()};
}

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_FILES_H
