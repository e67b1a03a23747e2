//===- SparseMatrix.cpp - Matrices without their zeros --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/SparseMatrix.h"

#include "Data/QuantizedMatrix.h"
#include "Error.h"

#include <bit>
#include <fmt/core.h>

using namespace mlc::runtime;

SparseElements mlc::runtime::withoutZeros(std::span<const float> matrix) {
  SparseElements sparse;
  sparse.mask.resize((matrix.size() + 7) / 8);
  for (std::size_t at = 0; at < matrix.size(); ++at)
    if (matrix[at] != 0) {
      sparse.elements.push_back(matrix[at]);
      sparse.mask[at / 8] |= std::byte(1 << at % 8);
    }
  return sparse;
}

[[noreturn]] static void failMask(const SafetensorsFile &file,
                                  const TensorView &tensor,
                                  const std::string &what) {
  throw InputError(fmt::format(
      "{}: tensor {:?}: {}; make the file again with mlc compress --prune",
      file.path(), tensor.name, what));
}

/// The mask of `count` elements, with as many bits as there are elements.
static std::span<const std::byte> maskOf(const SafetensorsFile &file,
                                         const TensorView &tensor,
                                         std::size_t count) {
  const TensorView &mask = file.get(tensor.name + maskSuffix, ElementType::U8);
  if (mask.bytes.size() != (count + 7) / 8)
    failMask(file, mask,
             fmt::format("expected a bit for each of {} elements, but got {} "
                         "bytes",
                         count, mask.bytes.size()));
  std::size_t bits = 0;
  for (std::byte byte : mask.bytes)
    bits += std::size_t(std::popcount(std::to_integer<unsigned>(byte)));
  const std::size_t stored = tensor.bytes.size() / sizeof(float);
  if (bits != stored)
    failMask(file, mask,
             fmt::format("expected a bit for each of the {} elements of {:?}, "
                         "but got {}",
                         stored, tensor.name, bits));
  if (count % 8 != 0 &&
      std::to_integer<unsigned>(mask.bytes.back()) >> count % 8)
    failMask(file, mask, "expected no bits behind that of the last element");
  return mask.bytes;
}

std::optional<WidenedMatrix>
mlc::runtime::widenedMatrix(const SafetensorsFile &file,
                            const TensorView &tensor, std::size_t maxBytes) {
  const auto shape = file.metadata().find(sparsePrefix + tensor.name);
  if (shape == file.metadata().end())
    return std::nullopt;
  const auto [rows, columns] = readMatrixShape(file, shape->second);
  std::size_t count = 0;
  if (__builtin_mul_overflow(std::size_t(rows), std::size_t(columns), &count) ||
      count > maxBytes / sizeof(float))
    failMask(
        file, tensor,
        fmt::format("[{}, {}] is more than {} bytes", rows, columns, maxBytes));
  const std::span<const float> stored =
      file.get(tensor.name, ElementType::F32).as<float>();
  const std::span<const std::byte> mask = maskOf(file, tensor, count);
  WidenedMatrix matrix{rows, columns, std::vector<float>(count)};
  std::size_t next = 0;
  for (std::size_t at = 0; at < count; ++at)
    if (std::to_integer<unsigned>(mask[at / 8]) >> at % 8 & 1)
      matrix.elements[at] = stored[next++];
  return matrix;
}

bool mlc::runtime::isMask(const SafetensorsFile &file,
                          const TensorView &tensor) {
  const std::string_view name = tensor.name, suffix = maskSuffix;
  return name.ends_with(suffix) &&
         file.metadata().contains(
             sparsePrefix +
             std::string(name.substr(0, name.size() - suffix.size())));
}
