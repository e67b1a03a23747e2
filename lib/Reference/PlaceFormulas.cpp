//===- PlaceFormulas.cpp - Ops on places, rows and columns ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Formulas.h"

#include <functional>
#include <numeric>

namespace mlc::reference {

/// Calls `visit(at)` for each element of [n, t, ...], in order: where its sum
/// over t lies in [n, ...].
static void withoutSecond(const Shape &shape,
                          llvm::function_ref<void(int64_t at)> visit) {
  const int64_t rows = shape[0], count = shape[1];
  const int64_t inner = std::accumulate(shape.begin() + 2, shape.end(),
                                        int64_t(1), std::multiplies<>());
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t t = 0; t < count; ++t)
      for (int64_t c = 0; c < inner; ++c)
        visit(n * inner + c);
}

Reals average(const Reals &x) {
  Shape shape = x.shape;
  shape.erase(shape.begin() + 1);
  Reals y(shape, 0.0);
  size_t next = 0;
  withoutSecond(x.shape,
                [&](int64_t at) { y.elements[at] += x.elements[next++]; });
  for (double &sum : y.elements)
    sum /= static_cast<double>(x.shape[1]);
  return y;
}

Reals dotPlaces(const Reals &x, const Reals &y) {
  const int64_t rows = x.shape[0], ofX = x.shape[1], ofY = y.shape[1],
                columns = x.shape[2];
  Reals sums({rows, ofX, ofY}, 0.0);
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t s = 0; s < ofX; ++s)
      for (int64_t t = 0; t < ofY; ++t)
        for (int64_t c = 0; c < columns; ++c)
          sums.elements[(n * ofX + s) * ofY + t] +=
              x.elements[(n * ofX + s) * columns + c] *
              y.elements[(n * ofY + t) * columns + c];
  return sums;
}

Reals spread(const Reals &x, int64_t count) {
  Shape shape = x.shape;
  shape.insert(shape.begin() + 1, count);
  Reals y(shape, 0.0);
  size_t next = 0;
  withoutSecond(shape,
                [&](int64_t at) { y.elements[next++] = x.elements[at]; });
  return y;
}

Reals repeatRow(const Reals &row, const Shape &shape) {
  Reals y(shape, 0.0);
  for (size_t at = 0; at < y.elements.size(); ++at)
    y.elements[at] = row.elements[at % row.elements.size()];
  return y;
}

Reals repeatColumn(const Reals &column, const Shape &shape) {
  Reals y(shape, 0.0);
  const size_t rows = column.elements.size(), count = y.elements.size();
  for (size_t at = 0; at < count; ++at)
    y.elements[at] = column.elements[at * rows / count];
  return y;
}

} // namespace mlc::reference
