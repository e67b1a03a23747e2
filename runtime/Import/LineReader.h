//===- LineReader.h - Lines of a text file, with their places ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_LINEREADER_H
#define MLC_RUNTIME_IMPORT_LINEREADER_H

#include "Import/ByteSource.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Hands out the lines of a plain or compressed text file. Holds a block of
/// it, or its longest line where that is longer, but never more than
/// `maxLineBytes`. All members throw InputError.
class LineReader {
public:
  static constexpr std::size_t maxLineBytes = 64 << 20;

  explicit LineReader(const std::string &path);

  /// Sets `line` to the next one, without its end (LF or CR LF; the last one
  /// needs none), valid until the next call. False at the end.
  bool next(std::string_view &line);
  /// Of the line that `next` gave last, from 1.
  std::size_t lineNumber() const { return lineNumber_; }
  const std::string &path() const { return path_; }

  /// Throws InputError `path:line:column: what` with a piece of the line and a
  /// caret below it. `at` points into the line that `next` gave last.
  [[noreturn]] void fail(const char *at, const std::string &what) const;
  /// Throws InputError `path: what`.
  [[noreturn]] void fail(const std::string &what) const;

private:
  bool fill();

  std::string path_;
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0; // Of what is in buffer_.
  std::string_view line_;
  std::size_t lineNumber_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_LINEREADER_H
