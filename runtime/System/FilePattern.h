//===- FilePattern.h - Files that a pattern names ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_FILEPATTERN_H
#define MLC_RUNTIME_SYSTEM_FILEPATTERN_H

#include <string>
#include <vector>

namespace mlc::runtime {

/// The files that the given ones are: a path that names no file and whose last
/// part has *, ? or [ stands for the files of its folder that match, in byte
/// order, as a shell would have it. Throws InputError where none does and where
/// the folder has a pattern, too.
std::vector<std::string> matchFiles(const std::vector<std::string> &given);

/// Whether it is such a pattern.
bool isFilePattern(const std::string &name);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_FILEPATTERN_H
