//===- TextPlace.h - A place in a text file ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_TEXTPLACE_H
#define MLC_RUNTIME_IMPORT_TEXTPLACE_H

#include <cstddef>
#include <fmt/core.h>
#include <string>

namespace mlc::runtime {

/// Line and column, in bytes, from 1.
struct TextPlace {
  std::size_t line = 1, column = 1;
};

/// `path:line:column`.
inline std::string placeText(const std::string &path, TextPlace place) {
  return fmt::format("{}:{}:{}", path, place.line, place.column);
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_TEXTPLACE_H
