//===- TextEncoding.h - Other encodings become UTF-8 ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_TEXTENCODING_H
#define MLC_RUNTIME_IMPORT_TEXTENCODING_H

#include "Import/ByteSource.h"

#include <memory>
#include <string>
#include <utility>

namespace mlc::runtime {

/// What the bytes of a text stand for.
enum class TextEncoding {
  Auto,    ///< UTF-16 where its byte order mark is first, else UTF-8
  Utf8,    ///< UTF-8, whatever is first
  Utf16Le, ///< UTF-16, the low byte first; a byte order mark is left out
  Utf16Be, ///< the same, the high byte first
  Latin1,  ///< windows-1252, of which ISO 8859-1 is all but 0x80 to 0x9f
};

/// As options spell them.
constexpr std::pair<const char *, TextEncoding> encodingNames[] = {
    {"auto", TextEncoding::Auto},        {"utf-8", TextEncoding::Utf8},
    {"utf-16le", TextEncoding::Utf16Le}, {"utf-16be", TextEncoding::Utf16Be},
    {"latin1", TextEncoding::Latin1},    {"windows-1252", TextEncoding::Latin1},
};

/// Opens a file as openByteSource does, and turns what is in it into UTF-8.
/// Surrogates without a partner become three bytes that are not UTF-8, for the
/// reader to refuse or to replace. Throws SourceError.
/// Source: https://encoding.spec.whatwg.org/#index-windows-1252
std::unique_ptr<ByteSource> openText(const std::string &path,
                                     TextEncoding encoding);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_TEXTENCODING_H
