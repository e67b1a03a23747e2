//===- LineReader.cpp - Lines of a text file, with their places -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LineReader.h"

#include "Error.h"
#include "Import/Utf8.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <utility>

using namespace mlc::runtime;

static constexpr std::size_t firstBufferBytes = 1 << 17;
/// How much of a line an error shows on either side of its place.
static constexpr std::size_t shownBytes = 36;
static constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";

LineReader::LineReader(const std::string &path, TextEncoding encoding)
    : path_(path == standardInput ? "standard input" : path),
      buffer_(firstBufferBytes) {
  try {
    source_ = openText(path, encoding);
  } catch (const SourceError &error) {
    fail(error.what());
  }
}

void LineReader::fail(const std::string &what) const {
  throw InputError(fmt::format("{}: {}", path_, what));
}

void mlc::runtime::failInLine(const std::string &path, std::size_t lineNumber,
                              std::string_view line, const char *at,
                              const std::string &what,
                              std::size_t firstColumn) {
  std::size_t column = static_cast<std::size_t>(at - line.data());
  std::size_t first = column - std::min(column, shownBytes);
  std::string shown(line.substr(first, column - first + shownBytes));
  // One column a byte, so that the caret stands where it should.
  for (char &byte : shown)
    if (byte < ' ' || byte > '~')
      byte = byte == '\t' ? ' ' : '?';
  throw InputError(fmt::format("{}:{}:{}: {}\n  {}\n  {:>{}}", path, lineNumber,
                               column + firstColumn, what, shown, '^',
                               column - first + 1));
}

void LineReader::fail(const char *at, const std::string &what) const {
  failInLine(path_, lineNumber_, line_, at, what);
}

void LineReader::failBehind(const std::string &what) const {
  throw InputError(fmt::format("{}:{}:1: {}", path_, lineNumber_ + 1, what));
}

/// Adds bytes behind what is in the buffer; false at the end.
bool LineReader::fill() {
  if (end_ == buffer_.size() && begin_ > 0) {
    std::memmove(buffer_.data(), &buffer_[begin_], end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  if (end_ == buffer_.size()) {
    if (buffer_.size() >= maxLineBytes)
      throw InputError(fmt::format("{}:{}:1: expected a line of at most {} "
                                   "MiB, but got a longer one; check that the "
                                   "file is text of one example a line",
                                   path_, lineNumber_ + 1, maxLineBytes >> 20));
    buffer_.resize(2 * buffer_.size());
  }
  try {
    std::size_t got = source_->read(std::span(buffer_).subspan(end_));
    end_ += got;
    atEnd_ = got == 0;
    return got > 0;
  } catch (const SourceError &error) {
    throw InputError(fmt::format("{}:{}:{}: {}", path_, lineNumber_ + 1,
                                 end_ - begin_ + 1, error.what()));
  }
}

bool LineReader::isReady() const {
  return atEnd_ ||
         std::memchr(buffer_.data() + begin_, endOfLine_, end_ - begin_);
}

bool LineReader::peek(std::string_view &line) {
  std::size_t searched = 0, length = 0;
  while (true) {
    std::string_view rest(buffer_.data() + begin_, end_ - begin_);
    length = rest.find(endOfLine_, searched);
    if (length != std::string_view::npos)
      break;
    searched = rest.size();
    const bool isLast = !fill();
    if (findsLoneCr({buffer_.data() + begin_, end_ - begin_}, isLast)) {
      endOfLine_ = '\r';
      searched = 0;
    } else if (isLast) {
      length = end_ - begin_;
      break;
    }
  }
  line = {buffer_.data() + begin_, length};
  return begin_ != end_;
}

std::string_view LineReader::peekBuffered(std::size_t least) {
  while (end_ - begin_ < least && fill())
    ;
  return {buffer_.data() + begin_, end_ - begin_};
}

std::string_view LineReader::peekBlock(std::size_t bytes) {
  return peekBuffered(bytes).substr(0, bytes);
}

/// Whether `rest`, the start of the file, has a CR with something else behind
/// it and no LF: lines end with CR alone, as on old Macintoshes. Of long files
/// the first part tells, however few bytes a read returns.
bool LineReader::findsLoneCr(std::string_view rest, bool isWhole) const {
  constexpr std::size_t telling = 1 << 16;
  if (lineNumber_ > 0 || endOfLine_ == '\r' ||
      (rest.size() < telling && !isWhole))
    return false;
  rest = rest.substr(0, telling);
  const std::size_t cr = rest.find('\r');
  return cr != rest.npos && cr + 1 < rest.size() &&
         rest.find('\n') == rest.npos;
}

bool LineReader::next(std::string_view &line) {
  if (!peek(line_))
    return false;
  ++lineNumber_;
  const std::size_t taken = std::min(end_ - begin_, line_.size() + 1);
  bytesRead_ += taken;
  const char *behind = buffer_.data() + begin_ + taken;
  begin_ += taken;
  if (line_.ends_with('\r') && taken > line_.size())
    line_.remove_suffix(1);
  const char *lineEnd = line_.data() + line_.size();
  lineEnd_ = {lineEnd, static_cast<std::size_t>(behind - lineEnd)};
  if (check_ != TextCheck::None)
    check();
  line = line_;
  return true;
}

void LineReader::check() {
  if (lineNumber_ == 1 && line_.starts_with(byteOrderMark))
    line_.remove_prefix(byteOrderMark.size());
  const char *bad = findBadText(line_);
  if (bad == line_.data() + line_.size())
    return;
  if (check_ != TextCheck::Replace)
    fail(bad, describeBadText(bad, check_ == TextCheck::Refuse));
  replaced_ = replaceBadText(line_);
  line_ = replaced_;
}
