//===- Records.h - Quantised weights in memory ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_RECORDS_H
#define MLC_RUNTIME_PROGRAM_RECORDS_H

#include "Data/QuantizedMatrix.h"
#include "mlc/QuantizedWeights.h"
#include "mlc/RuntimeABI.h"

#include <cstddef>
#include <span>

namespace mlc::runtime {

/// Bytes of a quantised weight in memory: a record for each row, which has the
/// row's scale beside its numbers, and what code may read behind them
/// (mlc/QuantizedWeights.h).
std::size_t recordBytes(int bits, std::int64_t rows, std::int64_t columns);
std::size_t recordBytes(const MlcParameter &parameter);

/// Fills so many bytes, zero at first.
void fillRecords(const QuantizedMatrix &matrix, std::span<std::byte> records);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_RECORDS_H
