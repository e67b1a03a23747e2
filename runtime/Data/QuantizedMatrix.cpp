//===- QuantizedMatrix.cpp - Whole numbers in weights files ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/QuantizedMatrix.h"

#include "Data/Quantize.h"
#include "Error.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <limits>

using namespace mlc::runtime;

[[noreturn]] static void failMatrix(const SafetensorsFile &file,
                                    const std::string &what) {
  throw InputError(fmt::format("{}: {}; make the file again with mlc compress",
                               file.path(), what));
}

MatrixShape mlc::runtime::readMatrixShape(const SafetensorsFile &file,
                                          const std::string &text) {
  MatrixShape shape;
  const char *end = text.data() + text.size();
  std::from_chars_result read = std::from_chars(text.data(), end, shape.rows);
  bool isShape = read.ec == std::errc() && read.ptr != end && *read.ptr == ',';
  if (isShape) {
    read = std::from_chars(read.ptr + 1, end, shape.columns);
    isShape = read.ec == std::errc() && read.ptr == end;
  }
  if (!isShape || shape.rows < 1 || shape.columns < 1 ||
      shape.columns > std::numeric_limits<std::int32_t>::max())
    failMatrix(file, fmt::format("expected the shape of a matrix, but got {:?}",
                                 text));
  return shape;
}

static void readMatrixScales(const SafetensorsFile &file,
                             const TensorView &tensor,
                             QuantizedMatrix &matrix) {
  const TensorView &scales =
      file.get(tensor.name + scaleSuffix, ElementType::F16);
  matrix.byColumns = scales.shape.size() == 2 && matrix.bits == 8;
  const std::vector<std::int64_t> expected =
      matrix.byColumns ? std::vector<std::int64_t>{1, matrix.columns}
                       : std::vector<std::int64_t>{matrix.rows};
  if (scales.shape != expected)
    failMatrix(file, fmt::format("tensor {:?}: expected a scale for each row "
                                 "of {:?}, or in one row for each column of "
                                 "numbers of 8 bits",
                                 scales.name, tensor.name));
  matrix.scales = scales.as<std::uint16_t>();
  for (std::size_t at = 0; at < matrix.scales.size(); ++at)
    if (const float scale = floatFromHalf(matrix.scales[at]);
        !(scale > 0 && scale <= std::numeric_limits<float>::max()))
      failMatrix(file,
                 fmt::format("tensor {:?}, {} {}: expected a scale above 0, "
                             "but got {}",
                             scales.name, matrix.byColumns ? "column" : "row",
                             at, scale));
}

std::optional<QuantizedMatrix>
mlc::runtime::quantizedMatrix(const SafetensorsFile &file,
                              const TensorView &tensor) {
  const auto shape = file.metadata().find(shapePrefix + tensor.name);
  const bool isInt4 = shape != file.metadata().end();
  if (tensor.type == ElementType::F32 ||
      (tensor.type != ElementType::I8 && !isInt4))
    return std::nullopt;
  QuantizedMatrix matrix{.bits = isInt4 ? 4 : 8,
                         .rows = 0,
                         .columns = 0,
                         .numbers = tensor.bytes,
                         .scales = {}};
  if (isInt4) {
    const auto [rows, columns] = readMatrixShape(file, shape->second);
    matrix.rows = rows;
    matrix.columns = columns;
  } else if (tensor.shape.size() == 2) {
    matrix.rows = tensor.shape[0];
    matrix.columns = tensor.shape[1];
  } else {
    failMatrix(file,
               fmt::format("tensor {:?}: expected a matrix of whole numbers",
                           tensor.name));
  }
  readMatrixScales(file, tensor, matrix);
  std::size_t count = 0;
  if (__builtin_mul_overflow(std::size_t(matrix.rows),
                             std::size_t(matrix.columns), &count) ||
      (isInt4 && tensor.type != ElementType::U8) ||
      tensor.bytes.size() != quantizedBytes(matrix.bits, count))
    failMatrix(file,
               fmt::format("tensor {:?}: expected the numbers of [{}, {}], {} "
                           "bits each",
                           tensor.name, matrix.rows, matrix.columns,
                           matrix.bits));
  // Sums of so many are exact, and none larger (csr.integer_matmul).
  if (matrix.byColumns)
    if (const auto at = std::ranges::find(matrix.numbers, std::byte{0x80});
        at != matrix.numbers.end())
      failMatrix(file, fmt::format("tensor {:?}, element {}: expected a number "
                                   "from -127 to 127, but got -128",
                                   tensor.name, at - matrix.numbers.begin()));
  return matrix;
}

bool mlc::runtime::isScales(const SafetensorsFile &file,
                            const TensorView &tensor) {
  const std::string_view name = tensor.name, suffix = scaleSuffix;
  return tensor.type == ElementType::F16 && name.ends_with(suffix) &&
         file.find(std::string(name.substr(0, name.size() - suffix.size())));
}
