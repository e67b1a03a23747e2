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

/// What is to become of a part of a mapped file.
enum class PageAdvice {
  ReadAhead, ///< The system reads it, without waiting, before it is needed.
  Load,      ///< It is in memory and mapped when the call returns.
  Drop,      ///< It no longer counts as this process's memory.
};

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

  /// Advises on the pages that hold these of the bytes. It never changes what
  /// is read, and where the system does not know the advice nothing happens.
  static void advise(std::span<const std::byte> bytes, PageAdvice advice);

  /// The path of the file that is mapped at an address; null where none is.
  /// Safe in a signal handler.
  static const char *pathAt(const void *address);

private:
  struct Mapping;
  std::unique_ptr<Mapping> mapping_; ///< Null for an empty file.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_MAPPEDFILE_H
