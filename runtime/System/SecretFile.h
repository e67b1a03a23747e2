//===- SecretFile.h - Files that their owner alone may read -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_SECRETFILE_H
#define MLC_RUNTIME_SYSTEM_SECRETFILE_H

#include <string>
#include <string_view>
#include <sys/types.h>

namespace mlc::runtime {

/// Writes a file that is not there yet, as keys are, and brings it to the disk.
/// Throws InputError, and leaves none, where it is there already or cannot be
/// written.
void writeNewFile(const std::string &path, std::string_view text, mode_t mode);

/// Throws InputError where others than the owner of a secret may use its file.
void refuseSharedSecret(const std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_SECRETFILE_H
