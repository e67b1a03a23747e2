//===- ReadWhole.h - A number that is all of a text -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_READWHOLE_H
#define MLC_RUNTIME_IMPORT_READWHOLE_H

#include <charconv>
#include <string_view>
#include <system_error>

namespace mlc::runtime {

/// Whether all of `text` is a number in the range of `Number`, which `number`
/// then is.
template <typename Number>
bool readWhole(std::string_view text, Number &number) {
  const char *end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_READWHOLE_H
