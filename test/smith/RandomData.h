//===- RandomData.h - Data that a model can be trained on -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_RANDOMDATA_H
#define MLC_TEST_SMITH_RANDOMDATA_H

#include "Program.h"

#include "dialects/Graph/Graph.h"

namespace mlc::smith {

/// Writes a data set of the form that the model takes: settings.rows rows of
/// features in [-1, 1), sparse ones each with probability settings.density, and
/// labels in the range of its loss. Among sparse rows some are empty and some
/// full; in some data sets all non-zeros are 1.
void writeRandomData(const std::string &path, graph::ProgramOp model,
                     const RunSettings &settings);

/// Writes first weights in +-1/sqrt(first dimension), for any initialiser but
/// `zeros`, which stays.
void writeRandomWeights(const std::string &path, graph::ProgramOp model,
                        const RunSettings &settings);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_RANDOMDATA_H
