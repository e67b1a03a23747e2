//===- JsonKeys.h - Keys that a JSON object has twice -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_JSONKEYS_H
#define MLC_RUNTIME_IMPORT_JSONKEYS_H

#include <cstddef>
#include <optional>
#include <string_view>

namespace mlc::runtime {

/// Where the second key `name` of an object ends.
/// `text` is valid JSON. A parsed object cannot tell: of two values it keeps
/// the last one (RFC 8259, 4, leaves it open which one is meant).
/// Only keys of the outermost object count.
std::optional<std::size_t> findSecondKey(std::string_view text,
                                         std::string_view name);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_JSONKEYS_H
