//===- ZipSource.h - A file in a zip archive --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_ZIPSOURCE_H
#define MLC_RUNTIME_IMPORT_ZIPSOURCE_H

#include "Import/ByteSource.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mlc::runtime {

/// Splits `ARCHIVE.zip/MEMBER`, where the first part is a file; nothing where
/// the path is another.
std::optional<std::pair<std::string, std::string>>
splitZipPath(const std::string &path);

/// The file `member` of an archive, decompressed as it is read; of an archive
/// with one file alone (beside folders, hidden files and read-mes) `member` may
/// be empty. The archive is mapped, so it must be a file. Throws SourceError.
std::unique_ptr<ByteSource> openZip(const std::string &path,
                                    const std::string &member);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_ZIPSOURCE_H
