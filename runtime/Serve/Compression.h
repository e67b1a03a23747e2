//===- Compression.h - Bodies as gzip and deflate ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_COMPRESSION_H
#define MLC_RUNTIME_SERVE_COMPRESSION_H

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Encodings of a body (RFC 9110, 8.4.1). `deflate` is zlib's format.
enum class ContentCoding { Identity, Gzip, Deflate };

/// By the name in Content-Encoding. Throws HttpError (415) for others.
ContentCoding codingOf(std::string_view name);

/// The body without its encoding. Throws HttpError where it is damaged (400) or
/// has more than `limit` bytes (413); memory is at most that of `limit`.
std::string decompress(ContentCoding coding, std::string_view body,
                       std::size_t limit);

/// What a client that sent this Accept-Encoding may get, best first; Identity
/// where it wants nothing else.
ContentCoding acceptedCoding(std::string_view acceptEncoding);

/// Null where the coding is Identity.
const char *nameOf(ContentCoding coding);

std::string compress(ContentCoding coding, std::string_view body);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_COMPRESSION_H
