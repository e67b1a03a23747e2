//===- ReadAhead.h - Reads a file in a thread of its own --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_READAHEAD_H
#define MLC_RUNTIME_IMPORT_READAHEAD_H

#include "Import/ByteSource.h"

namespace mlc::runtime {

/// The bytes of `source`, which a thread of its own reads some blocks ahead:
/// decompression takes longer than all that is done with the text. What the
/// source throws is thrown where its bytes end. Where no thread can be had,
/// the source itself. Destroying it waits for a read that is under way.
std::unique_ptr<ByteSource> readAhead(std::unique_ptr<ByteSource> source);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_READAHEAD_H
