//===- JsonKeys.h - Where the fields of a JSON object are -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// A parsed object does not tell where its fields were written; and of two of
// one name it keeps the last one (RFC 8259, 4, leaves it open which one is
// meant).

#ifndef MLC_RUNTIME_IMPORT_JSONKEYS_H
#define MLC_RUNTIME_IMPORT_JSONKEYS_H

#include <cstddef>
#include <optional>
#include <string_view>

namespace mlc::runtime {

/// Where a field is written: the first bytes of its key and of its value.
struct JsonField {
  std::size_t key, value;
};

/// The first field called `name`. `text` is an object that can be parsed once
/// repairJson has mended it. Only keys of the outermost object count.
std::optional<JsonField> findField(std::string_view text,
                                   std::string_view name);
/// The second one.
std::optional<JsonField> findSecondField(std::string_view text,
                                         std::string_view name);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_JSONKEYS_H
