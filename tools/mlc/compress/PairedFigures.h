//===- PairedFigures.h - Two models on the same rows ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_PAIREDFIGURES_H
#define MLC_TOOLS_MLC_COMPRESS_PAIREDFIGURES_H

#include "Data/Dataset.h"
#include "Metrics/Judged.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mlc {

/// How two models answer the same rows.
struct PairedFigures {
  std::int64_t rows = 0;
  double before = 0, after = 0; ///< Accuracies; of several labels, of each.
  /// The standard error of their difference, from row to row.
  double error = 0;
  double flips = 0; ///< The share of answers that differ.

  double difference() const { return after - before; }
  std::string json() const;
};

/// `before` and `after` are [rows, columns], in the order of `rows` of `data`;
/// both are decided by `decision`.
PairedFigures compareAnswers(const runtime::Dataset &data,
                             std::span<const std::size_t> rows,
                             runtime::Task task,
                             const runtime::Decision &decision,
                             std::size_t columns, std::span<const float> before,
                             std::span<const float> after);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_PAIREDFIGURES_H
