//===- NumbersInText.h - Whole numbers behind given words -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_NUMBERSINTEXT_H
#define MLC_RUNTIME_DATA_NUMBERSINTEXT_H

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace mlc::runtime {

struct NumberBehind {
  std::string_view words;
  std::int64_t &number;
};

/// Reads whole numbers, each behind its words, from the start of a text on.
/// Returns what follows the last; nothing where the text is of another form.
inline std::optional<std::string_view>
afterNumbers(std::string_view text, std::initializer_list<NumberBehind> form) {
  for (const auto &[words, number] : form) {
    if (!text.starts_with(words))
      return std::nullopt;
    text.remove_prefix(words.size());
    const auto read =
        std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc())
      return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  }
  return text;
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_NUMBERSINTEXT_H
