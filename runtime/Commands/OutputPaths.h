//===- OutputPaths.h - Refuses outputs that could not be written -*- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_OUTPUTPATHS_H
#define MLC_RUNTIME_COMMANDS_OUTPUTPATHS_H

#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Throws UsageError where `output` is the same file as one of `others` (empty
/// paths are skipped). `option` is what it was given with.
void expectDistinct(const std::string &option, const std::string &output,
                    const std::vector<std::string> &others);

/// Throws InputError where AtomicFile could not write `path`: better before an
/// hour of training than after it.
void expectWritable(const std::string &path);

/// Writes a file of text, whole or not at all. Throws InputError.
void writeText(const std::string &path, std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_OUTPUTPATHS_H
