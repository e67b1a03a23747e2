//===- ByteSource.h - Bytes of a plain or compressed file -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_BYTESOURCE_H
#define MLC_RUNTIME_IMPORT_BYTESOURCE_H

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

namespace mlc::runtime {

/// Reading went wrong; what() has the reason and what to do, without a place.
class SourceError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A file's text, decompressed as it is read.
class ByteSource {
public:
  virtual ~ByteSource() = default;
  /// Puts the next bytes into `out`, which is not empty, and returns how many;
  /// 0 at the end. Throws SourceError for what is damaged or ends too early.
  virtual std::size_t read(std::span<char> out) = 0;
};

/// The path that stands for what a program is given on stdin.
constexpr const char *standardInput = "-";

/// Opens a file, a pipe or the standard input, of plain text, of xz or bzip2
/// (one or more streams) or of gzip (one or more members), told apart by their
/// first bytes; a zip archive with one file in it, or a file in such an
/// archive, `ARCHIVE.zip/NAME`. Memory is bounded whatever the file says.
/// Throws SourceError.
std::unique_ptr<ByteSource> openByteSource(const std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_BYTESOURCE_H
