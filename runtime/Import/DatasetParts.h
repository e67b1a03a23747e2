//===- DatasetParts.h - Writes rows as parts of a data set ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_DATASETPARTS_H
#define MLC_RUNTIME_IMPORT_DATASETPARTS_H

#include "Import/DatasetFile.h"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Writes the rows as files of `shardRows` rows each, the last of which may
/// have fewer, by the names of partPath, into new entries of `files`, for the
/// caller to commit: each is a data set file by itself, with all that the whole
/// has beside its rows, and says which part it is. What is returned is of the
/// whole; its path is the pattern that names the parts. Throws InputError, also
/// where there would be too many to be written at once.
ImportedFile writeParts(const std::string &path, std::int64_t shardRows,
                        const FeatureRows &rows, const Transform &transform,
                        const std::vector<float> &weights,
                        std::deque<AtomicFile> &files);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_DATASETPARTS_H
