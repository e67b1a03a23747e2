//===- LineReader.cpp - Lines of a text file, with their places -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LineReader.h"

#include "Error.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <utility>

using namespace mlc::runtime;

static constexpr std::size_t firstBufferBytes = 1 << 20;
/// How much of a line an error shows on either side of its place.
static constexpr std::size_t shownBytes = 36;

LineReader::LineReader(const std::string &path)
    : path_(path), buffer_(firstBufferBytes) {
  try {
    source_ = openByteSource(path);
  } catch (const SourceError &error) {
    fail(error.what());
  }
}

void LineReader::fail(const std::string &what) const {
  throw InputError(fmt::format("{}: {}", path_, what));
}

void LineReader::fail(const char *at, const std::string &what) const {
  std::size_t column = static_cast<std::size_t>(at - line_.data());
  std::size_t first = column - std::min(column, shownBytes);
  std::string shown(line_.substr(first, column - first + shownBytes));
  // One column a byte, so that the caret stands where it should.
  for (char &byte : shown)
    if (byte < ' ' || byte > '~')
      byte = byte == '\t' ? ' ' : '?';
  throw InputError(fmt::format("{}:{}:{}: {}\n  {}\n  {:>{}}", path_,
                               lineNumber_, column + 1, what, shown, '^',
                               column - first + 1));
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
    return got > 0;
  } catch (const SourceError &error) {
    throw InputError(fmt::format("{}:{}:{}: {}", path_, lineNumber_ + 1,
                                 end_ - begin_ + 1, error.what()));
  }
}

bool LineReader::next(std::string_view &line) {
  std::size_t searched = 0, length = 0;
  while (true) {
    std::string_view rest(buffer_.data() + begin_, end_ - begin_);
    length = rest.find('\n', searched);
    if (length != std::string_view::npos)
      break;
    searched = rest.size();
    if (!fill()) {
      length = end_ - begin_;
      break;
    }
  }
  if (begin_ == end_)
    return false;
  ++lineNumber_;
  line_ = {buffer_.data() + begin_, length};
  begin_ = std::min(end_, begin_ + length + 1);
  if (line_.ends_with('\r'))
    line_.remove_suffix(1);
  line = line_;
  return true;
}
