//===- CompressionRecord.h - Where smaller weights come from ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_COMPRESSIONRECORD_H
#define MLC_TOOLS_MLC_COMPRESS_COMPRESSIONRECORD_H

#include "Audit/RunRecord.h"
#include "CompressOptions.h"
#include "Data/Dataset.h"
#include "PairedFigures.h"

#include <string>

namespace mlc {

/// The record of what mlc compress makes: its sources are what it was given,
/// and mlc itself as the program. Options are those of the compression, with
/// what a search found, and those of the pupil's own training that its
/// `weights` tell. `kept` are the rows that the pupil learned. Throws
/// InputError.
runtime::RunRecord compressionRecord(const CompressOptions &options,
                                     const PairedFigures &figures,
                                     const std::string &weights,
                                     const runtime::Dataset &kept);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_COMPRESSIONRECORD_H
