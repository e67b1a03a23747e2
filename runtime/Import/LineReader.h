//===- LineReader.h - Lines of a text file, with their places ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_LINEREADER_H
#define MLC_RUNTIME_IMPORT_LINEREADER_H

#include "Import/ByteSource.h"
#include "Import/TextEncoding.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// What is done about bytes that no text has: NUL and what is not UTF-8.
enum class TextCheck {
  None,    ///< nothing
  Refuse,  ///< they are an error, which --replace-invalid avoids
  Require, ///< they are an error
  Replace, ///< each becomes U+FFFD
};

/// Throws InputError `path:line:column: what` with a piece of the line around
/// `at`, which points into it, and a caret below.
/// `firstColumn`: where `line` starts in the file's line.
[[noreturn]] void failInLine(const std::string &path, std::size_t lineNumber,
                             std::string_view line, const char *at,
                             const std::string &what,
                             std::size_t firstColumn = 1);

/// Hands out the lines of a plain or compressed text file. Holds a block of
/// it, or its longest line where that is longer, but never more than
/// `maxLineBytes`. All members throw InputError.
class LineReader {
public:
  static constexpr std::size_t maxLineBytes = 64 << 20;

  explicit LineReader(const std::string &path,
                      TextEncoding encoding = TextEncoding::Auto);

  /// From the next line on. Unless it is None, a byte order mark at the start
  /// of the file is left out.
  void setCheck(TextCheck check) { check_ = check; }
  /// Sets `line` to the next one, without its end (LF or CR LF, or CR where the
  /// first line ends with that alone; the last one needs none), valid until the
  /// next call. False at the end.
  bool next(std::string_view &line);
  /// The same without taking it; nothing is checked.
  bool peek(std::string_view &line);
  /// The next bytes, of several lines, without taking them: `bytes` of them, or
  /// all there are. Nothing is checked.
  std::string_view peekBlock(std::size_t bytes);
  /// Bytes that come next, at least one unless the file is at its end; and
  /// takes so many of them. For readers of other units than lines, who count
  /// lines themselves.
  std::string_view peekSome() { return peekBuffered(1); }
  void take(std::size_t bytes) {
    begin_ += bytes;
    bytesRead_ += bytes;
  }
  /// Whether `next` has no need to wait for the file.
  bool isReady() const;

  /// Of the line that `next` gave last, from 1.
  std::size_t lineNumber() const { return lineNumber_; }
  /// Its end as the file has it: "\n", "\r\n", or nothing at the file's end.
  std::string_view lineEnd() const { return lineEnd_; }
  /// For errors: the standard input has a name here.
  const std::string &path() const { return path_; }
  /// Of the text so far.
  std::size_t bytesRead() const { return bytesRead_; }

  const char *lineStart() const { return line_.data(); }
  /// From 1; `at` points into the line that `next` gave last.
  std::size_t columnOf(const char *at) const {
    return static_cast<std::size_t>(at - line_.data()) + 1;
  }

  /// Throws InputError `path:line:column: what` with a piece of the line and a
  /// caret below it. `at` points into the line that `next` gave last.
  [[noreturn]] void fail(const char *at, const std::string &what) const;
  /// Throws InputError with the place behind the line that `next` gave last.
  [[noreturn]] void failBehind(const std::string &what) const;
  /// Throws InputError `path: what`.
  [[noreturn]] void fail(const std::string &what) const;

private:
  std::string_view peekBuffered(std::size_t least);
  bool fill();
  bool findsLoneCr(std::string_view rest, bool isWhole) const;
  void check();

  std::string path_;
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0; // Of what is in buffer_.
  bool atEnd_ = false;
  char endOfLine_ = '\n'; ///< Or CR.
  std::string_view line_, lineEnd_;
  std::size_t lineNumber_ = 0, bytesRead_ = 0;
  TextCheck check_ = TextCheck::None;
  std::string replaced_; // A line with bytes replaced.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_LINEREADER_H
