//===- SparseMatrix.h - Matrices without their zeros ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_SPARSEMATRIX_H
#define MLC_RUNTIME_DATA_SPARSEMATRIX_H

#include "Data/Safetensors.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlc::runtime {

// A matrix NAME [rows, columns] of which a packed file has only those elements
// that are not 0, as Formats.md says: tensor NAME has them in row-major order,
// NAME.mask a bit for each element of the matrix, bit i % 8 of byte i / 8 for
// element i, and the metadata's entry sparse/NAME the shape.
inline constexpr const char *maskSuffix = ".mask", *sparsePrefix = "sparse/";

struct SparseElements {
  std::vector<float> elements; ///< Not 0, in row-major order.
  std::vector<std::byte>
      mask; ///< A bit an element; bits behind the last are 0.
};

SparseElements withoutZeros(std::span<const float> matrix);

/// The matrix in full.
struct WidenedMatrix {
  std::int64_t rows = 0, columns = 0;
  std::vector<float> elements; ///< [rows, columns].
};

/// Nothing where the file does not say of the tensor that it is one such.
/// Throws InputError that names the file and the tensor where its mask is not
/// that of such a matrix, or where it is larger than `maxBytes`.
std::optional<WidenedMatrix> widenedMatrix(const SafetensorsFile &file,
                                           const TensorView &tensor,
                                           std::size_t maxBytes);

/// Whether a tensor is the mask of another one of the file.
bool isMask(const SafetensorsFile &file, const TensorView &tensor);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_SPARSEMATRIX_H
