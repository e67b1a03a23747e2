//===- Formulas.h - The graph ops as their texts define them ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function is the formula of the op of its name, written out in f64 and
// for nothing but clearness. None shares code with the compiler.
//
// Shapes: n rows of a batch, i inputs, o outputs, c columns. Callers have
// checked that shapes fit; elements of labels and rows are checked here.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_FORMULAS_H
#define MLC_REFERENCE_FORMULAS_H

#include "lib/Reference/Tensor.h"

#include <optional>

namespace mlc::reference {

// Element by element.
double relu(double x);
double leakyRelu(double x, double slope);
double sigmoid(double x);
double gelu(double x);

/// input [n, i] dense or CSR, weight [i, o], bias [o] or null -> [n, o]; n may
/// be more than one size.
Reals linear(const Datum &input, const Reals &weight, const Reals *bias);
/// op(lhs) op(rhs); lhs dense or CSR. Of more than two sizes, the last is that
/// of a row.
Reals matmul(const Datum &lhs, const Reals &rhs, bool transposeLhs,
             bool transposeRhs);
/// pattern [n, k], lhs [n, j], rhs [k, j] -> [n, k] at the pattern's entries.
CsrRows sampledMatmul(const CsrRows &pattern, const Reals &lhs,
                      const Reals &rhs);
/// [n, c] -> [n, c]; n may be more than one size.
Reals softmax(const Reals &x);
Reals sumRow(const Reals &x);
/// [n, c] -> [n]; n may be more than one size, here and below.
Reals logSumExp(const Reals &x);
/// [n, c] and [n] -> [n]; nothing where a label is no class.
std::optional<Reals> pick(const Reals &x, const Integers &t);
/// [n, t, ...] -> [n, ...]: the mean over t.
Reals average(const Reals &x);
/// [n, s, c] and [n, t, c] -> [n, s, t]: sums over c.
Reals dotPlaces(const Reals &x, const Reals &y);
/// [n, ...] -> [n, t, ...]: the same for each t.
Reals spread(const Reals &x, int64_t count);
/// [c] -> `shape`, whose last size is c: the same for each place before it.
Reals repeatRow(const Reals &row, const Shape &shape);
/// [n] -> `shape`, whose first size is n: the same for each place after it.
Reals repeatColumn(const Reals &column, const Shape &shape);
/// [n, c] and factors [c] -> [n, c]; n may be more than one size.
Reals scaleColumns(const Reals &x, const Reals &factors);
/// [n, c], factors [c] and shifts [c] -> [n, c], by rows of mean 0 and, but for
/// epsilon, variance 1; n may be more than one size.
Reals layerNorm(const Reals &x, const Reals &factors, const Reals &shifts,
                double epsilon);
/// [n, c], factors, shifts, mean and variance [c] -> [n, c], by these mean and
/// variance or, with `byBatch`, by those of the n rows, where they are several.
Reals batchNorm(const Reals &x, const Reals &factors, const Reals &shifts,
                const Reals &mean, const Reals &variance, double epsilon,
                bool byBatch);
/// [n, c] -> [c]; n may be more than one size.
Reals sumBatch(const Reals &x);

/// The sum of the squares of all elements.
Reals sumSquares(const Reals &x);

/// The key of a dropout op: see `graph.dropout`.
struct DropoutKey {
  uint64_t seed;
  int64_t position, site;
};
/// [n, c] -> [n, c]; c may be more than one size.
Reals dropout(const Reals &x, double probability, const DropoutKey &key);

/// [n, c] and [n, c] -> a scalar; c may be more than one size.
Reals bceWithLogits(const Reals &y, const Reals &t);
Reals mse(const Reals &y, const Reals &t);
/// [n, c] and [n] -> a scalar; nothing where a label is no class.
std::optional<Reals> crossEntropy(const Reals &y, const Integers &t);
/// [n] -> [n, classes]; nothing where a label is no class.
std::optional<Reals> oneHot(const Integers &t, int64_t classes);
/// batch [n, k] -> [k, units]: 1 in row k where an example stores column k.
Integers touchedColumns(const CsrRows &batch, int64_t units);
/// data [m, ...], rows [n] -> [n, ...]; nothing where there is no such row.
std::optional<Datum> gather(const Datum &data, const Integers &rows);
/// data [m, k], rows [n] -> [n]: of each of these rows the sum of the squares
/// of its values.
Reals rowSquares(const CsrRows &data, const std::vector<int64_t> &rows);

} // namespace mlc::reference

#endif // MLC_REFERENCE_FORMULAS_H
