//===- MappedFile.h - A read-only mapped file -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_MAPPEDFILE_H
#define MLC_RUNTIME_SYSTEM_MAPPEDFILE_H

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// A file's bytes, mapped read-only and private. Move-only.
class MappedFile {
public:
  /// Throws InputError (path and the system's reason) for what is missing,
  /// unreadable or not a regular file.
  explicit MappedFile(const std::string &path);
  MappedFile(MappedFile &&other) noexcept;
  MappedFile &operator=(MappedFile &&other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const;
  /// The same as letters, in no encoding.
  std::string_view text() const;

  /// The path of the file that is mapped at an address; null where none is.
  /// Safe in a signal handler.
  static const char *pathAt(const void *address);

private:
  struct Mapping;
  std::unique_ptr<Mapping> mapping_; ///< Null for an empty file.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_MAPPEDFILE_H
