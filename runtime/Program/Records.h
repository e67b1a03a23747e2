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
#include <vector>

namespace mlc::runtime {

/// Whether a quantised parameter has a scale for each column.
bool isScaledByColumns(const MlcProgram &program,
                       const MlcParameter &quantized);

/// Bytes of a quantised weight in memory: a record for each row, which has the
/// row's scale beside its numbers unless each column has one, and what code may
/// read behind them (mlc/QuantizedWeights.h).
std::size_t recordBytes(const QuantizedMatrix &matrix);
std::size_t recordBytes(const MlcProgram &program,
                        const MlcParameter &parameter);

/// Fills so many bytes, zero at first.
void fillRecords(const QuantizedMatrix &matrix, std::span<std::byte> records);

/// Scales as calls have them where each column has one.
std::vector<float> columnScales(std::span<const std::uint16_t> scales);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_RECORDS_H
