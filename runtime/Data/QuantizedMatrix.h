//===- QuantizedMatrix.h - Whole numbers in weights files -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_QUANTIZEDMATRIX_H
#define MLC_RUNTIME_DATA_QUANTIZEDMATRIX_H

#include "Data/Safetensors.h"
#include "mlc/QuantizedWeights.h"

#include <optional>

namespace mlc::runtime {

/// A matrix NAME of whole numbers with a scale for each row, or for each column
/// (Quantize.h), as Formats.md says that a file has it. Valid while the file
/// is.
struct QuantizedMatrix {
  int bits = 8;
  std::int64_t rows = 0, columns = 0;
  std::span<const std::byte> numbers;
  std::span<const std::uint16_t>
      scales; ///< f16, finite and above 0: one a row or column.
  bool byColumns = false;
};

/// What stands behind NAME in the name of its scales, and before it in the
/// metadata's entry of its shape where numbers have 4 bits.
inline constexpr const char *scaleSuffix = MLC_SCALE_SUFFIX,
                            *shapePrefix = "int4/";

struct MatrixShape {
  std::int64_t rows = 0, columns = 0;
};

/// Reads "rows,columns", as the metadata have the shape of a matrix whose
/// tensor does not tell it. Throws InputError.
MatrixShape readMatrixShape(const SafetensorsFile &file,
                            const std::string &text);

/// Nothing where the tensor's elements are no whole numbers of 8 or 4 bits.
/// Throws InputError that names the file and the tensor where its shape, its
/// size, its scales or its numbers are not those of such a matrix.
std::optional<QuantizedMatrix> quantizedMatrix(const SafetensorsFile &file,
                                               const TensorView &tensor);

/// Whether a tensor has the scales of another one of the file.
bool isScales(const SafetensorsFile &file, const TensorView &tensor);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_QUANTIZEDMATRIX_H
