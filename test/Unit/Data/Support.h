//===- Support.h - What the tests of files and data share -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_DATA_SUPPORT_H
#define MLC_TEST_UNIT_DATA_SUPPORT_H

#include "Data/Dataset.h"
#include "Error.h"
#include "Sanitized.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mlc::test {

/// A new folder, removed with all it holds.
class TemporaryFolder {
public:
  TemporaryFolder();
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

struct Outcome {
  int status;
  std::string out, err;
};
/// Runs `mlc data` with these arguments.
Outcome runData(const std::vector<std::string> &arguments);

std::string compressXz(const std::string &text);
std::string compressGzip(const std::string &text);

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

/// The columns of all non-zeros, whatever type the file has them in.
inline std::vector<std::int64_t> columnsOf(const runtime::Dataset &data) {
  return std::visit(
      [](auto indices) {
        return std::vector<std::int64_t>(indices.begin(), indices.end());
      },
      data.indices());
}

} // namespace mlc::test

#endif // MLC_TEST_UNIT_DATA_SUPPORT_H
