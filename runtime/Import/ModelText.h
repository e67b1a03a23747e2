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
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// What stands behind each hidden layer.
enum class Activation { Relu, Gelu, Silu, Mish, Selu, Tanh, Sigmoid };

/// As options, and ops of the graph dialect, spell them.
constexpr std::pair<const char *, Activation> activationNames[] = {
    {"relu", Activation::Relu},      {"gelu", Activation::Gelu},
    {"silu", Activation::Silu},      {"mish", Activation::Mish},
    {"selu", Activation::Selu},      {"tanh", Activation::Tanh},
    {"sigmoid", Activation::Sigmoid}};

struct ModelOptions {
  /// Units of each hidden layer; empty: chosen by the data, or none where
  /// `isLinear`.
  std::vector<std::int64_t> hidden = {};
  bool isLinear = false;
  std::optional<Activation> activation = {}; ///< Not given: by the data.
  /// Behind each hidden layer; not given: by the data.
  std::optional<double> dropout = {};
  /// Whether each hidden layer's sums are normalised by batches, before its
  /// activation.
  bool hasBatchNorm = false;
  /// Whether the loss takes weights of rows, where the data has none, too.
  bool isWeighted = false;
  /// Whether the widths of rows and outputs are left to `mlc compile --data`.
  bool hasOpenSizes = false;
};

/// The outputs of a model for this data: a score for each class, or as many
/// numbers as labels have columns.
std::int64_t outputsFor(const Dataset &data);

/// The loss op of a model for this data, by what its labels are.
const char *lossFor(const Dataset &data);

/// A model's text with the sizes of this data in the place of `?features` and
/// `?outputs`.
std::string withSizesOf(const Dataset &data, std::string text);

/// What is a good start for data of this kind and size.
struct LearningDefaults {
  /// Whether features have factors, and weights learn by as much of the rate as
  /// they deviate by at first.
  bool isScaled = false;
  std::vector<std::int64_t> hidden;
  Activation activation = Activation::Relu;
  double dropout = 0;
  std::int64_t batch = 0, epochs = 0;
  double rate = 0;           ///< Of Adam.
  const char *settings = ""; ///< More of it.
  std::string schedule = {}; ///< And what else stands behind epochs.
};

/// Wide rows (sparse ones of more than 20,000 features) are soon known by
/// heart: 16 hidden units, and as many epochs as 100,000 examples are, at
/// least 4. Of other sparse rows it is 128 units and 200,000 examples, with
/// relu at a rate of 0.001. Dense ones, tables, take longer, and their
/// functions are smoother: 256, 256 and 256 units with gelu and a dropout of
/// 0.1, and 2,400,000 examples; their batch is 256, smaller below 10,000 rows,
/// and the rate 0.003 sqrt(batch / 256). Where a table's label is a quantity,
/// they have what RealMLP has (Holzmueller et al., arXiv:2407.04491): mish and
/// no dropout, a factor for each feature, weights that start with a deviation
/// of 1 / sqrt(in) and learn by as much of the rate, which is 0.07 sqrt(batch /
/// 256) and falls as a cosine to its end after 760,000 examples; batches of at
/// most 128; and averages of the weights over about a thirtieth of the steps,
/// at most 10,000. Never more than 100 epochs. The figures of tables were
/// chosen by the validation part of the diamonds (test/benchmark/tables).
LearningDefaults learningDefaults(const Dataset &data, bool isLinear);

/// A model file with comments: a feed-forward network of the data's width and
/// outputs. Labels that are classes are learned by cross_entropy, those of 0
/// and 1 by bce_with_logits, others by mse; what is not said is as
/// learningDefaults has it, and wide rows have lazy Adam.
std::string modelFor(const Dataset &data, const std::string &name,
                     const ModelOptions &options);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_MODELTEXT_H
