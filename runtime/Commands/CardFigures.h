//===- CardFigures.h - What a model card says of a test set -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_CARDFIGURES_H
#define MLC_RUNTIME_COMMANDS_CARDFIGURES_H

#include "Audit/ModelCard.h"
#include "Data/Dataset.h"
#include "Metrics/Judged.h"

#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Figures of all rows; then of the rows of each class and, where rows are
/// sparse, of each quarter of them by how many entries a row has, which is how
/// long a text is in the model's words. Slices without rows are left out.
/// `judged` has the rows of `data` in their order.
std::vector<CardSlice> cardSlices(const Judged &judged, const Dataset &data,
                                  std::span<const std::string> classNames);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_CARDFIGURES_H
