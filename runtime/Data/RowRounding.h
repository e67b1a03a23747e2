//===- RowRounding.h - Rounds rows with their use in view -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_ROWROUNDING_H
#define MLC_RUNTIME_DATA_ROWROUNDING_H

#include "Data/Quantize.h"

namespace mlc::runtime {

/// Rounds the rows of a matrix to whole numbers of 4 bits where an error e of a
/// row, [columns], costs e^T metric e. Errors then stand together so that what
/// they change together is small, which the nearest numbers do not see: each
/// element is rounded after the ones before it, moved by what makes up best for
/// their errors. With metric = V D V^T, V upper triangular with ones on its
/// diagonal, that is by the sum of V[j, k] e[j] over these.
/// Source: Chee, Cai, Kuleshov, De Sa, QuIP: 2-Bit Quantization of Large
/// Language Models With Guarantees, 2023, section 3 (LDLQ; the same as GPTQ).
class RowRounding {
public:
  /// `metric`, [columns, columns], is symmetric and positive definite.
  RowRounding(std::vector<double> metric, std::size_t columns);

  /// A row's scale is that of the least cost among those by which its largest
  /// element is the largest number, and down to half of that. What is 0 stays
  /// 0. Elements are as for quantizeRows.
  QuantizedRows round(std::span<const float> elements) const;

private:
  double round(std::span<const float> row, float scale,
               std::span<int> numbers) const;

  std::size_t columns_;
  std::vector<std::size_t> order_; ///< Columns that cost most first.
  std::vector<double>
      factors_;               ///< Row k: V[j, k] for each j before k, in order.
  std::vector<double> costs_; ///< The diagonal D, in order.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_ROWROUNDING_H
