//===- ModelText.h - A model file for a data set ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_MODELTEXT_H
#define MLC_RUNTIME_IMPORT_MODELTEXT_H

#include "Data/Dataset.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// What stands behind each hidden layer.
enum class Activation { Relu, Gelu, Tanh, Sigmoid };

/// As options, and ops of the graph dialect, spell them.
constexpr std::pair<const char *, Activation> activationNames[] = {
    {"relu", Activation::Relu},
    {"gelu", Activation::Gelu},
    {"tanh", Activation::Tanh},
    {"sigmoid", Activation::Sigmoid}};

struct ModelOptions {
  /// Units of each hidden layer; empty: chosen by the data, or none where
  /// `isLinear`.
  std::vector<std::int64_t> hidden;
  bool isLinear = false;
  Activation activation = Activation::Relu;
  double dropout = 0; ///< Behind each hidden layer.
  /// Whether the widths of rows and outputs are left to `mlc compile --data`.
  bool hasOpenSizes = false;
};

/// The outputs of a model for this data: a score for each class, or as many
/// numbers as labels have columns.
std::int64_t outputsFor(const Dataset &data);

/// A model file with comments: a feed-forward network of the data's width and
/// outputs. Labels that are classes are learned by cross_entropy, those of 0
/// and 1 by bce_with_logits, others by mse. Where nothing else is said, sparse
/// rows of more than 20,000 features get 16 hidden units and lazy Adam, other
/// sparse rows 128, dense ones 256 and 256; and as many epochs as
/// about 100,000 examples of wide rows are, 200,000 of other sparse ones and
/// 2,000,000 of dense ones, from 4 to 100.
std::string modelFor(const Dataset &data, const std::string &name,
                     const ModelOptions &options);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_MODELTEXT_H
