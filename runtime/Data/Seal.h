//===- Seal.h - Safetensors that show any damage ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_SEAL_H
#define MLC_RUNTIME_DATA_SEAL_H

#include "Data/Safetensors.h"

namespace mlc::runtime {

// A sealed file is safetensors whose `__metadata__` has, beside entries of its
// own, `xxh3/NAME` for each tensor NAME (XXH3-64 of its bytes) and `xxh3`, the
// XXH3-64 of everything before the data: the length, and the header as it
// stands in the file with zeros for the digits of `xxh3` itself. All hashes
// are 16 lower-case hexadecimal digits. As the tensors leave no hole, every
// byte of the file is under a hash.

/// Adds the entries, `xxh3` still zero.
void addSeal(SafetensorsContents &contents);

/// Puts the digits into a header made from such contents: the file's first
/// bytes up to its data.
void closeSeal(std::span<char> beforeData);

/// Whether the file has any such entry. Files that others wrote have none.
bool isSealed(const SafetensorsFile &file);

/// Throws DamagedFile unless all hashes are there and right.
void expectSeal(const SafetensorsFile &file);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_SEAL_H
