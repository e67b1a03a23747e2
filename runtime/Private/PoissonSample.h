//===- PoissonSample.h - Which rows a private step takes --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_POISSONSAMPLE_H
#define MLC_RUNTIME_PRIVATE_POISSONSAMPLE_H

#include "Private/PrivacyKey.h"

#include <cstdint>
#include <vector>

namespace mlc::runtime {

/// Sets `chosen` to the rows of `step`, ascending: each of `rows` rows is among
/// them with the probability `rate`, from 0 to 1, whatever becomes of the
/// others. Below 1, the probability is rounded down to a multiple of 2^-64.
/// There may be none. Throws InputError beyond 2^35 rows.
void sampleRows(const PrivacyKey &key, std::uint64_t step, std::int64_t rows,
                double rate, std::vector<std::int64_t> &chosen);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_POISSONSAMPLE_H
