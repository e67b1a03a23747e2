//===- PartEntry.h - Which part of a data set a file is ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_PARTENTRY_H
#define MLC_RUNTIME_DATA_PARTENTRY_H

#include "Data/Safetensors.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mlc::runtime {

/// `__metadata__.part` of a data set file that is one of several: "3 of 12" and
/// what tells the set from others, an XXH3-64 of its labels and sizes.
struct PartEntry {
  std::int64_t number, count; ///< The first is 1.
  std::string set;
};

/// "3 of 12 of 0123456789abcdef".
std::string entryOf(const PartEntry &part);

/// Nothing where the file is a whole set. Throws DamagedFile for what is no
/// such entry.
std::optional<PartEntry> partEntryOf(const SafetensorsFile &file);

/// "part 3 of 12 of set 0123456789abcdef", or "no part of a set".
std::string textOf(const std::optional<PartEntry> &part);

/// NAME-00003-of-00012.EXT for the third part of twelve of NAME.EXT, as
/// Hugging Face names parts.
std::string partPath(const std::string &path, std::int64_t number,
                     std::int64_t count);
/// NAME-*-of-00012.EXT, which names all of them.
std::string partsPattern(const std::string &path, std::int64_t count);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_PARTENTRY_H
