//===- Base64.h - Bytes as text, and back -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_BASE64_H
#define MLC_RUNTIME_AUDIT_BASE64_H

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlc::runtime {

inline std::span<const std::byte> bytesOfText(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// RFC 4648, section 4, with padding.
std::string toBase64(std::span<const std::byte> bytes);

/// Nothing where it is not what toBase64 makes of any bytes.
std::optional<std::string> fromBase64(std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_BASE64_H
