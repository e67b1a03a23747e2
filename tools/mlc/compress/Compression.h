//===- Compression.h - From a trained model to a smaller one ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_COMPRESSION_H
#define MLC_TOOLS_MLC_COMPRESS_COMPRESSION_H

#include "CompressOptions.h"

namespace mlc {

/// Makes a pupil of a teacher: features are chosen by the teacher's first
/// layer, and a model of them learns anew. First with a part of the rows set
/// aside: a teacher that learned from the others gives its features and answers
/// to a pupil that learned from the same, and both are judged by the rows set
/// aside. Then from all rows, with the weights that were given; that is
/// written. Throws UsageError, InputError, Failed; then nothing is written.
void compress(const CompressOptions &options);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_COMPRESSION_H
