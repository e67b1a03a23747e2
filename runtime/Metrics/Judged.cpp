//===- Judged.cpp - What outputs say --------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Judged.h"

#include <algorithm>
#include <cmath>

namespace mlc::runtime {

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

Softmax::Softmax(std::span<const float> outputs, double temperature)
    : temperature(temperature),
      largest(*std::ranges::max_element(outputs) / temperature), sum(0) {
  for (float output : outputs)
    sum += std::exp(output / temperature - largest);
}

double Softmax::probability(float output) const {
  return std::exp(output / temperature - largest) / sum;
}

double Softmax::logProbability(float output) const {
  return output / temperature - largest - std::log(sum);
}

std::vector<double> probabilitiesOf(Task task, std::span<const float> outputs,
                                    double temperature) {
  std::vector<double> probabilities;
  if (task == Task::Regression)
    return probabilities;
  probabilities.reserve(outputs.size());
  if (task != Task::MultiClass) {
    for (float output : outputs)
      probabilities.push_back(sigmoid(output / temperature));
    return probabilities;
  }
  const Softmax softmax(outputs, temperature);
  for (float output : outputs)
    probabilities.push_back(softmax.probability(output));
  return probabilities;
}

bool isTold(float output, std::size_t column, const Decision &decision) {
  const std::optional<double> threshold = decision.thresholdOf(column);
  return threshold ? sigmoid(output / decision.temperature) >= *threshold
                   : output > 0;
}

std::int64_t classTold(std::span<const float> outputs,
                       const Decision &decision) {
  if (decision.threshold && outputs.size() == 2)
    return probabilitiesOf(Task::MultiClass, outputs,
                           decision.temperature)[1] >= *decision.threshold;
  return std::ranges::max_element(outputs) - outputs.begin();
}

} // namespace mlc::runtime
