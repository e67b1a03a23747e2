//===- Formulas.cpp - The graph ops as their texts define them ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Formulas.h"

#include <Random123/philox.h>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

namespace mlc::reference {

Shape shapeOf(const Datum &datum) {
  if (const auto *csr = std::get_if<CsrRows>(&datum))
    return {csr->rows(), csr->columns};
  if (const auto *reals = std::get_if<Reals>(&datum))
    return reals->shape;
  return std::get<Integers>(datum).shape;
}

double relu(double x) { return x > 0 ? x : 0; }
double leakyRelu(double x, double slope) { return x > 0 ? x : slope * x; }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double gelu(double x) {
  return x * (1 + std::erf(x / std::numbers::sqrt2)) / 2;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Calls `visit(row, column, value)` for the elements of a matrix; those that
/// a CSR matrix does not store are zero and are left out.
template <typename Visit>
static void forEachElement(const Datum &matrix, Visit visit) {
  if (const auto *csr = std::get_if<CsrRows>(&matrix)) {
    for (int64_t row = 0; row < csr->rows(); ++row)
      for (int64_t p = csr->starts[row]; p < csr->starts[row + 1]; ++p)
        visit(row, csr->indices[p], csr->values[p]);
    return;
  }
  const Reals &dense = std::get<Reals>(matrix);
  const int64_t columns = dense.shape.back();
  for (int64_t at = 0, e = std::ssize(dense.elements); at < e; ++at)
    visit(at / columns, at % columns, dense.elements[at]);
}

/// How many rows a matrix has whose last size is that of a row.
static int64_t rowsOf(const Shape &shape) {
  return std::accumulate(shape.begin(), shape.end() - 1, int64_t(1),
                         std::multiplies<>());
}

Reals matmul(const Datum &lhs, const Reals &rhs, bool transposeLhs,
             bool transposeRhs) {
  const int64_t terms = rhs.shape.back();
  const int64_t columns = transposeRhs ? rowsOf(rhs.shape) : terms;
  Shape shape = shapeOf(lhs);
  if (transposeLhs)
    shape.erase(shape.begin(), shape.end() - 1);
  else
    shape.pop_back();
  shape.push_back(columns);
  Reals y(shape, 0.0);
  forEachElement(lhs, [&](int64_t row, int64_t column, double value) {
    if (transposeLhs)
      std::swap(row, column);
    for (int64_t j = 0; j < columns; ++j)
      y.elements[row * columns + j] +=
          value * rhs.elements[transposeRhs ? j * terms + column
                                            : column * columns + j];
  });
  return y;
}

Reals linear(const Datum &input, const Reals &weight, const Reals *bias) {
  Reals y = matmul(input, weight, false, false);
  const int64_t outputs = weight.shape[1];
  if (bias)
    for (size_t at = 0; at < y.elements.size(); ++at)
      y.elements[at] += bias->elements[at % outputs];
  return y;
}

CsrRows sampledMatmul(const CsrRows &pattern, const Reals &lhs,
                      const Reals &rhs) {
  const int64_t terms = lhs.shape[1];
  CsrRows y = pattern;
  for (int64_t row = 0; row < y.rows(); ++row)
    for (int64_t p = y.starts[row]; p < y.starts[row + 1]; ++p) {
      y.values[p] = 0;
      for (int64_t j = 0; j < terms; ++j)
        y.values[p] += lhs.elements[row * terms + j] *
                       rhs.elements[y.indices[p] * terms + j];
    }
  return y;
}

//===----------------------------------------------------------------------===//
// Row by row
//===----------------------------------------------------------------------===//

/// log(sum of exp(x)) of `count` elements.
static double logSumExp(const double *x, int64_t count) {
  const double largest = *std::max_element(x, x + count);
  double sum = 0;
  for (int64_t c = 0; c < count; ++c)
    sum += std::exp(x[c] - largest);
  return largest + std::log(sum);
}

/// Zeros of the shape of `x` without its last dimension.
static Reals onePerRow(const Reals &x) {
  return Reals(Shape(x.shape.begin(), x.shape.end() - 1), 0.0);
}

Reals logSumExp(const Reals &x) {
  const int64_t columns = x.shape.back();
  Reals y = onePerRow(x);
  for (size_t n = 0; n < y.elements.size(); ++n)
    y.elements[n] = logSumExp(&x.elements[n * columns], columns);
  return y;
}

Reals softmax(const Reals &x) {
  Reals y = x;
  const int64_t columns = x.shape.back();
  for (size_t first = 0; first < x.elements.size(); first += columns) {
    double *row = &y.elements[first];
    const double largest = *std::max_element(row, row + columns);
    double sum = 0;
    for (int64_t c = 0; c < columns; ++c)
      sum += row[c] = std::exp(row[c] - largest);
    for (int64_t c = 0; c < columns; ++c)
      row[c] /= sum;
  }
  return y;
}

Reals sumRow(const Reals &x) {
  Reals y = x;
  const int64_t columns = x.shape.back();
  for (size_t at = 0; at < x.elements.size(); ++at) {
    const size_t first = at - at % columns;
    y.elements[at] = 0;
    for (int64_t c = 0; c < columns; ++c)
      y.elements[at] += x.elements[first + c];
  }
  return y;
}

Reals scaleColumns(const Reals &x, const Reals &factors) {
  Reals y = x;
  for (size_t at = 0; at < y.elements.size(); ++at)
    y.elements[at] *= factors.elements[at % factors.elements.size()];
  return y;
}

Reals layerNorm(const Reals &x, const Reals &factors, const Reals &shifts,
                double epsilon) {
  Reals y = x;
  const size_t columns = factors.elements.size();
  const auto count = static_cast<double>(columns);
  for (size_t first = 0; first < x.elements.size(); first += columns) {
    const double *row = &x.elements[first];
    const double mean = std::accumulate(row, row + columns, 0.0) / count;
    double variance = 0;
    for (size_t c = 0; c < columns; ++c)
      variance += (row[c] - mean) * (row[c] - mean) / count;
    for (size_t c = 0; c < columns; ++c)
      y.elements[first + c] = (row[c] - mean) / std::sqrt(variance + epsilon) *
                                  factors.elements[c] +
                              shifts.elements[c];
  }
  return y;
}

Reals batchNorm(const Reals &x, const Reals &factors, const Reals &shifts,
                const Reals &mean, const Reals &variance, double epsilon,
                bool byBatch) {
  Reals y = x;
  const size_t columns = factors.elements.size();
  const size_t rows = x.elements.size() / columns;
  for (size_t c = 0; c < columns; ++c) {
    double center = mean.elements[c], spread = variance.elements[c];
    if (byBatch && rows > 1) {
      center = spread = 0;
      for (size_t n = 0; n < rows; ++n)
        center += x.elements[n * columns + c];
      center /= static_cast<double>(rows);
      for (size_t n = 0; n < rows; ++n)
        spread += std::pow(x.elements[n * columns + c] - center, 2);
      spread /= static_cast<double>(rows);
    }
    for (size_t at = c; at < x.elements.size(); at += columns)
      y.elements[at] = (x.elements[at] - center) / std::sqrt(spread + epsilon) *
                           factors.elements[c] +
                       shifts.elements[c];
  }
  return y;
}

Reals sumBatch(const Reals &x) {
  const int64_t columns = x.shape.back();
  Reals y({columns}, 0.0);
  for (size_t at = 0; at < x.elements.size(); ++at)
    y.elements[at % columns] += x.elements[at];
  return y;
}

Reals sumSquares(const Reals &x) {
  double sum = 0;
  for (double element : x.elements)
    sum += element * element;
  return Reals(sum);
}

//===----------------------------------------------------------------------===//
// Dropout
//===----------------------------------------------------------------------===//

/// The first word at an element's place, as an f32 in [0, 1).
static float draw(const DropoutKey &key, int64_t row, int64_t column) {
  constexpr int64_t firstPurpose = 16;
  const uint64_t position = key.position + row;
  const r123::Philox4x32::ctr_type counter = {
      {static_cast<uint32_t>(position), static_cast<uint32_t>(position >> 32),
       static_cast<uint32_t>(column),
       static_cast<uint32_t>(firstPurpose + key.site)}};
  const r123::Philox4x32::key_type words = {
      {static_cast<uint32_t>(key.seed), static_cast<uint32_t>(key.seed >> 32)}};
  const uint32_t word = r123::Philox4x32()(counter, words)[0];
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

Reals dropout(const Reals &x, double probability, const DropoutKey &key) {
  Reals y = x;
  const int64_t columns = Reals::sizeOf({x.shape.begin() + 1, x.shape.end()});
  for (size_t at = 0; at < x.elements.size(); ++at) {
    // The comparison is an f32 one, as in compiled code: here the mask must be
    // the same, not closer to the real numbers.
    const bool keep = draw(key, at / columns, at % columns) >=
                      static_cast<float>(probability);
    y.elements[at] = keep ? x.elements[at] / (1 - probability) : 0;
  }
  return y;
}

//===----------------------------------------------------------------------===//
// Losses and data
//===----------------------------------------------------------------------===//

Reals bceWithLogits(const Reals &y, const Reals &t) {
  double sum = 0;
  for (size_t at = 0; at < y.elements.size(); ++at) {
    const double logit = y.elements[at];
    sum += std::max(logit, 0.0) - logit * t.elements[at] +
           std::log1p(std::exp(-std::abs(logit)));
  }
  return Reals(sum / static_cast<double>(y.elements.size()));
}

Reals mse(const Reals &y, const Reals &t) {
  double sum = 0;
  for (size_t at = 0; at < y.elements.size(); ++at) {
    const double difference = y.elements[at] - t.elements[at];
    sum += difference * difference;
  }
  return Reals(sum / static_cast<double>(y.elements.size()));
}

static bool areBelow(const Integers &numbers, int64_t bound) {
  return std::all_of(numbers.elements.begin(), numbers.elements.end(),
                     [&](int64_t x) { return x >= 0 && x < bound; });
}

std::optional<Reals> crossEntropy(const Reals &y, const Integers &t) {
  const int64_t classes = y.shape.back();
  if (!areBelow(t, classes))
    return std::nullopt;
  double sum = 0;
  for (size_t n = 0; n < t.elements.size(); ++n) {
    const double *row = &y.elements[n * classes];
    sum += logSumExp(row, classes) - row[t.elements[n]];
  }
  return Reals(sum / static_cast<double>(t.elements.size()));
}

std::optional<Reals> pick(const Reals &x, const Integers &t) {
  const int64_t columns = x.shape.back();
  if (!areBelow(t, columns))
    return std::nullopt;
  Reals y = onePerRow(x);
  for (size_t n = 0; n < y.elements.size(); ++n)
    y.elements[n] = x.elements[n * columns + t.elements[n]];
  return y;
}

std::optional<Reals> oneHot(const Integers &t, int64_t classes) {
  if (!areBelow(t, classes))
    return std::nullopt;
  Shape shape = t.shape;
  shape.push_back(classes);
  Reals y(shape, 0.0);
  for (size_t n = 0; n < t.elements.size(); ++n)
    y.elements[n * classes + t.elements[n]] = 1;
  return y;
}

Integers touchedColumns(const CsrRows &batch, int64_t units) {
  Integers y({batch.columns, units}, int64_t(0));
  for (int64_t column : batch.indices)
    std::fill_n(y.elements.begin() + column * units, units, 1);
  return y;
}

static CsrRows gatherRows(const CsrRows &data, const Integers &rows) {
  CsrRows batch;
  batch.columns = data.columns;
  for (int64_t row : rows.elements) {
    for (int64_t p = data.starts[row]; p < data.starts[row + 1]; ++p) {
      batch.indices.push_back(data.indices[p]);
      batch.values.push_back(data.values[p]);
    }
    batch.starts.push_back(static_cast<int64_t>(batch.indices.size()));
  }
  return batch;
}

template <typename T>
static Array<T> gatherRows(const Array<T> &data, const Integers &rows) {
  Array<T> batch;
  batch.shape = data.shape;
  batch.shape[0] = rows.shape[0];
  const int64_t width =
      Array<T>::sizeOf({data.shape.begin() + 1, data.shape.end()});
  for (int64_t row : rows.elements)
    batch.elements.insert(batch.elements.end(),
                          data.elements.begin() + row * width,
                          data.elements.begin() + (row + 1) * width);
  return batch;
}

std::optional<Datum> gather(const Datum &data, const Integers &rows) {
  if (!areBelow(rows, shapeOf(data)[0]))
    return std::nullopt;
  return std::visit(
      [&](const auto &data) -> Datum { return gatherRows(data, rows); }, data);
}

Reals rowSquares(const CsrRows &data, const std::vector<int64_t> &rows) {
  Reals squares(Shape{static_cast<int64_t>(rows.size())}, 0.0);
  for (size_t n = 0; n < rows.size(); ++n)
    for (int64_t i = data.starts[rows[n]]; i < data.starts[rows[n] + 1]; ++i)
      squares.elements[n] += data.values[i] * data.values[i];
  return squares;
}

} // namespace mlc::reference
