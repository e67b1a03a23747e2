//===- RowWeights.h - How much each row counts in training ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_ROWWEIGHTS_H
#define MLC_RUNTIME_TRAIN_ROWWEIGHTS_H

#include "Program/ExampleParts.h"
#include "Program/Examples.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// What the rows of a class count beside those of others: `--class-weight`.
struct ClassWeights {
  std::string text; ///< As it was given; empty where all count alike.
  /// n / (K * n_c) for the n_c rows of a class among n of K classes.
  bool areBalanced = false;
  /// Classes by name, or by number where they have none; the others count 1.
  std::vector<std::pair<std::string, double>> named;
};

/// Reads `balanced` or NAME=W,...: `name` may have a `=` itself. Returns what
/// is wrong with it, if anything.
std::string readClassWeights(const std::string &text, ClassWeights &weights);

/// A weight for each of the examples: the data set's; of the training `rows`
/// times that of their class, and scaled so that those of all training rows
/// add up to their number. Only of a program that takes weights. Throws
/// InputError where no training row has a weight above 0, where a class is
/// unknown, and where rows are not of one class each.
std::vector<float> trainingWeights(const Examples &examples,
                                   const MlcProgram &program,
                                   std::span<const std::int32_t> rows,
                                   const ClassWeights &classes);

/// The same for the rows of parts, all of which are trained on.
RowWeightRule trainingWeights(const ExampleParts &parts,
                              const ClassWeights &classes);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_ROWWEIGHTS_H
