//===- Tensor.h - Numbers of the reference ----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_TENSOR_H
#define MLC_REFERENCE_TENSOR_H

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

namespace mlc::reference {

using Shape = std::vector<int64_t>;

/// Row-major. A scalar has no dimensions and one element.
template <typename T>
struct Array {
  Shape shape;
  std::vector<T> elements;

  Array() = default;
  Array(Shape shape, std::vector<T> elements)
      : shape(std::move(shape)), elements(std::move(elements)) {}
  /// `value`, everywhere.
  Array(Shape shape, T value)
      : shape(std::move(shape)), elements(sizeOf(this->shape), value) {}
  explicit Array(T scalar) : elements(1, scalar) {}

  static int64_t sizeOf(const Shape &shape) {
    int64_t size = 1;
    for (int64_t dimension : shape)
      size *= dimension;
    return size;
  }
};

/// What is f32 or f64 in the program.
using Reals = Array<double>;
/// What is i1, i32, i64 or index in the program.
using Integers = Array<int64_t>;

/// A `#graph.csr` matrix: row r has `values[p]` in column `indices[p]` for
/// starts[r] <= p < starts[r + 1].
struct CsrRows {
  int64_t columns = 0;
  std::vector<int64_t> starts{0};
  std::vector<int64_t> indices;
  std::vector<double> values;

  int64_t rows() const { return static_cast<int64_t>(starts.size()) - 1; }
};

/// What an SSA value stands for.
using Datum = std::variant<Reals, Integers, CsrRows>;
using DatumRef = std::shared_ptr<const Datum>;

inline DatumRef makeDatum(Datum datum) {
  return std::make_shared<const Datum>(std::move(datum));
}

Shape shapeOf(const Datum &datum);

} // namespace mlc::reference

#endif // MLC_REFERENCE_TENSOR_H
