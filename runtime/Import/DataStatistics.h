//===- DataStatistics.h - What a data set is like ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_DATASTATISTICS_H
#define MLC_RUNTIME_IMPORT_DATASTATISTICS_H

#include "Import/DatasetFile.h"
#include "Text/FeatureRows.h"
#include "Text/Vectorizer.h"

#include <cstdint>
#include <span>
#include <string>

namespace mlc::runtime {

/// A table for people: documents, labels, lengths (tokens of each text, if
/// known), vocabulary, sparsity and, where features have names, those that tell
/// most of each label. How much a feature tells of a label is the logarithm of
/// its odds of standing in a row with that label against those in the others:
///   ln (a + 1/2)(d + 1/2) / (b + 1/2)(c + 1/2)
/// for a rows of the label with the feature, b without, c other rows with, d
/// without (Haldane 1955), less 1.96 standard errors, sqrt(1/(a + 1/2) + ...),
/// so that rare features do not win by chance. Labels that are numbers count as
/// two: at least the mean, and below.
std::string describeData(const FeatureRows &rows,
                         std::span<const std::uint32_t> lengths,
                         const Transform &transform);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_DATASTATISTICS_H
