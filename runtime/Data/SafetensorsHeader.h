//===- SafetensorsHeader.h - The JSON header of a safetensors file -*- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_SAFETENSORSHEADER_H
#define MLC_RUNTIME_DATA_SAFETENSORSHEADER_H

#include "Data/Safetensors.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// What the header says of one tensor; its bytes are [begin, end) of the data
/// that follow the header.
struct TensorEntry {
  std::string name;
  ElementType type = ElementType::F32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;
};

struct SafetensorsHeader {
  std::vector<TensorEntry> tensors;
  std::map<std::string, std::string> metadata;
};

/// Reads a header of any content in memory proportional to its length. Throws
/// InputError that names `path` unless it is a JSON object of known fields of
/// the right kinds without duplicates, and each shape takes exactly the bytes
/// between its offsets. Tensors come back ordered by their offsets.
SafetensorsHeader parseSafetensorsHeader(std::string_view json,
                                         const std::string &path);

/// The header as JSON, in the order given, without padding.
std::string printSafetensorsHeader(const SafetensorsHeader &header);

/// Throws DamagedFile: what is wrong, and to make it again.
[[noreturn]] void failDamaged(const std::string &path, const std::string &what);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_SAFETENSORSHEADER_H
