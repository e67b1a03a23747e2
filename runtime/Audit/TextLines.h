//===- TextLines.h - What lines of a text say -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_TEXTLINES_H
#define MLC_RUNTIME_AUDIT_TEXTLINES_H

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A whole number without sign or leading zeros, up to 2^63 - 1.
std::optional<std::uint64_t> wholeNumberOf(std::string_view text);

/// Takes the next line of `text` away, without its line feed; nothing where
/// there is no whole line.
std::optional<std::string_view> takeLine(std::string_view &text);

/// A line of a text, without its end, be that a line feed or, before it, a
/// carriage return, too.
struct NumberedLine {
  std::int64_t number; ///< From 1.
  std::string_view text;
};

/// All lines that are not empty, of a list that people write; the last one may
/// have no end.
std::vector<NumberedLine> linesOf(std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_TEXTLINES_H
