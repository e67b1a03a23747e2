//===- FeatureSelection.h - The most telling of many features ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_FEATURESELECTION_H
#define MLC_RUNTIME_TEXT_FEATURESELECTION_H

#include "Data/SparseRows.h"
#include "Text/Candidates.h"
#include "Text/VectorizerSettings.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mlc::runtime {

/// The positions, rising, of the `settings.maxFeatures` candidates of the
/// highest score by `settings.selection`, of equal scores the first; of all
/// that occur where no number is given or it is not reached. `rows` makes the
/// training examples' counts of all candidates, with labels; it is called where
/// the score needs them. Throws InputError where the labels tell nothing.
std::vector<std::int32_t>
selectFeatures(std::span<const TermStatistics> statistics,
               const VectorizerSettings &settings,
               const std::function<SparseRows()> &rows);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_FEATURESELECTION_H
