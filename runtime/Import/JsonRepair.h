//===- JsonRepair.h - What many writers get wrong in JSON -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_JSONREPAIR_H
#define MLC_RUNTIME_IMPORT_JSONREPAIR_H

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// A text of JSON in which NaN, Infinity and -Infinity, which no JSON has but
/// Python's writer makes, became null, and an escape of a surrogate without its
/// partner became that of U+FFFD.
struct RepairedJson {
  std::string text;
  /// Where the first such escape was; nothing where there was none.
  std::optional<std::size_t> loneSurrogate;
  bool isChanged = false;
};

RepairedJson repairJson(std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_JSONREPAIR_H
