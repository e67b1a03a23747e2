//===- PackedFile.h - Weights in a fraction of their size -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_PACKEDFILE_H
#define MLC_RUNTIME_DATA_PACKEDFILE_H

#include "Data/Quantize.h"
#include "Data/Safetensors.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

// A packed file is a safetensors file that xz compressed. In it a matrix NAME
// may stand as whole numbers (QuantizedMatrix.h). Who opens it sees these,
// where the file says that its model computes with them, or else the F32
// matrix. Of another one it may have only the elements that are not 0
// (SparseMatrix.h); who opens it sees the whole. xz's own checksum shows
// damage.

enum class PackedUse {
  Widened,  ///< For models of f32 weights.
  AsStored, ///< For models that have the matrices as graph.dequantize.
};

/// Whether a file is one, by its first bytes.
bool isPacked(std::span<const std::byte> bytes);

/// The safetensors file that it stands for, beginning at a cache line. Throws
/// InputError, naming `path`.
class UnpackedFile {
public:
  UnpackedFile(std::span<const std::byte> packed, const std::string &path);
  std::span<const std::byte> bytes() const;

private:
  std::vector<std::byte> memory_; ///< With room to begin at a cache line.
  std::size_t begin_ = 0, size_ = 0;
};

/// How a packed file has one of its matrices; or, without a name and with 32
/// bits, all those that take less without their zeros.
struct PackedForm {
  std::string matrix; ///< Its name.
  int bits = 8;       ///< 8 or 4; 32: F32, without the zeros.
  PackedUse use = PackedUse::Widened;
  bool byColumns = false; ///< Of 8 bits: a scale for each column, not each row.
  /// The matrix as whole numbers already, a scale for each row; null: the
  /// nearest ones (quantizeRows).
  const QuantizedRows *numbers = nullptr;
};

/// Writes one. All or nothing. Throws InputError.
void writePacked(const std::string &path, const SafetensorsContents &contents,
                 const PackedForm &form);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_PACKEDFILE_H
