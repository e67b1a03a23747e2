//===- Judged.h - What is to be judged --------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_METRICS_JUDGED_H
#define MLC_RUNTIME_METRICS_JUDGED_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What a row's outputs say.
enum class Task {
  Regression, ///< Numbers.
  Binary,     ///< One logit: whether it is so.
  MultiLabel, ///< A logit a column, each for itself.
  MultiClass, ///< A logit a class, of which one is right.
};

/// How outputs become probabilities and answers.
struct Decision {
  /// Logits are divided by it (Guo et al. 2017); above 0.
  double temperature = 1;
  /// The positive class is told where its probability is at least this: in
  /// Binary, in every column of MultiLabel, and in MultiClass of two classes.
  /// Without it, where the output is above 0, and the first largest class.
  std::optional<double> threshold;
  /// In MultiLabel, one for each column in the place of that; or empty.
  std::vector<double> thresholds;

  bool hasThreshold() const { return threshold || !thresholds.empty(); }
  std::optional<double> thresholdOf(std::size_t column) const {
    return thresholds.empty() ? threshold : thresholds[column];
  }
};

/// Outputs of some rows beside what is true of them. Views: the arrays must
/// outlive this.
struct Judged {
  Task task = Task::Regression;
  std::int64_t rows = 0, columns = 0;
  std::span<const float> outputs; ///< [rows, columns], finite.
  /// MultiClass: [rows], each from 0 to columns - 1.
  std::span<const std::int32_t> classes;
  /// Others: [rows, columns]; where they are binary, at least 0.5 is positive.
  std::span<const float> labels;
  Decision decision;

  float output(std::int64_t row, std::int64_t column) const {
    return outputs[row * columns + column];
  }
  float label(std::int64_t row, std::int64_t column) const {
    return labels[row * columns + column];
  }
  bool isPositive(std::int64_t row, std::int64_t column) const {
    return task == Task::MultiClass ? classes[row] == column
                                    : label(row, column) >= 0.5f;
  }
};

/// 1 / (1 + exp(-x)).
double sigmoid(double x);

/// Softmax of one row at a temperature: the probability of an output o is
/// exp(o / temperature - largest) / sum.
struct Softmax {
  double temperature;
  double largest; ///< Output, divided by the temperature.
  double sum;     ///< Of the numerators.

  Softmax(std::span<const float> outputs, double temperature);
  double probability(float output) const;
  double logProbability(float output) const;
};

/// A row's probabilities: sigmoid of each output, or softmax over them
/// (MultiClass). Empty for Regression.
std::vector<double> probabilitiesOf(Task task, std::span<const float> outputs,
                                    double temperature);

/// Whether the answer to the output of a column (0 in Binary) of Binary or
/// MultiLabel is positive.
bool isTold(float output, std::size_t column, const Decision &decision);

/// The class that a row's outputs tell (MultiClass).
std::int64_t classTold(std::span<const float> outputs,
                       const Decision &decision);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_METRICS_JUDGED_H
