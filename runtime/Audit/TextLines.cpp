//===- TextLines.cpp - What lines of a text say ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/TextLines.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>

namespace mlc::runtime {

std::optional<std::uint64_t> wholeNumberOf(std::string_view text) {
  std::uint64_t number = 0;
  const char *end = std::to_address(text.end());
  const auto read = std::from_chars(std::to_address(text.begin()), end, number);
  constexpr auto most = std::uint64_t(std::numeric_limits<std::int64_t>::max());
  if (read.ec != std::errc() || read.ptr != end || number > most ||
      (text.size() > 1 && text.front() == '0'))
    return std::nullopt;
  return number;
}

std::optional<std::string_view> takeLine(std::string_view &text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos)
    return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::vector<NumberedLine> linesOf(std::string_view text) {
  std::vector<NumberedLine> lines;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (!line.empty())
      lines.push_back({number, line});
  }
  return lines;
}

} // namespace mlc::runtime
