//===- FormatAdvice.h - What an unknown file resembles ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_FORMATADVICE_H
#define MLC_RUNTIME_IMPORT_FORMATADVICE_H

#include <string>
#include <string_view>

namespace mlc::runtime {

/// Throws the InputError about a file of no known format: its first line, what
/// it resembles, and the command or option that reads it. `block` is the start
/// of the file, `name` what errors call it.
[[noreturn]] void failOnFormat(const std::string &name, const std::string &path,
                               std::string_view block);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_FORMATADVICE_H
