//===- Utf8.h - Checks that text is UTF-8 -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_UTF8_H
#define MLC_RUNTIME_IMPORT_UTF8_H

#include <string>
#include <string_view>

namespace mlc::runtime {

/// The first byte that is NUL or does not start a character of UTF-8 (shortest
/// form, no surrogates, at most U+10FFFF); the end where there is none.
const char *findBadText(std::string_view text);

/// What is wrong with the byte that `findBadText` found, and what to do, which
/// may be --replace-invalid.
std::string describeBadText(const char *at, bool isReplaceable);

/// The text with U+FFFD in the place of each such byte.
std::string replaceBadText(std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_UTF8_H
