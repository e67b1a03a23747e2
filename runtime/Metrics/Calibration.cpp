//===- Calibration.cpp - Whether probabilities are what they say ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Calibration.h"

#include "Metrics/Sum.h"

#include <algorithm>
#include <cmath>

namespace mlc::runtime {

namespace {

std::int64_t binOf(double confidence) {
  constexpr double count = Calibration::binCount;
  auto bin = std::int64_t(std::ceil(confidence * count)) - 1;
  bin = std::clamp<std::int64_t>(bin, 0, Calibration::binCount - 1);
  // Where the product was rounded across an edge.
  if (bin > 0 && confidence <= double(bin) / count)
    --bin;
  else if (confidence > double(bin + 1) / count)
    ++bin;
  return std::min(bin, Calibration::binCount - 1);
}

class CalibrationSum {
public:
  void addAnswer(double confidence, bool isRight) {
    const std::int64_t bin = binOf(confidence);
    ++counts_[bin];
    right_[bin] += isRight;
    confidences_[bin].add(confidence);
  }
  void addLoss(double loss) { losses_.add(loss); }
  void addSquare(double square) { squares_.add(square); }

  Calibration mean(std::int64_t count) const {
    Calibration result;
    Sum error;
    for (std::int64_t i = 0; i < Calibration::binCount; ++i) {
      if (counts_[i] == 0)
        continue;
      ReliabilityBin &bin = result.bins[i];
      bin.count = counts_[i];
      bin.confidence = confidences_[i].value() / double(counts_[i]);
      bin.accuracy = double(right_[i]) / double(counts_[i]);
      error.add(double(counts_[i]) / double(count) *
                std::abs(bin.accuracy - bin.confidence));
    }
    result.ece = error.value();
    result.logLoss = losses_.value() / double(count);
    result.brier = squares_.value() / double(count);
    return result;
  }

private:
  std::array<std::int64_t, Calibration::binCount> counts_{}, right_{};
  std::array<Sum, Calibration::binCount> confidences_;
  Sum losses_, squares_;
};

/// ln(1 + exp(x)).
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

Calibration ofLogits(const Judged &judged) {
  CalibrationSum sum;
  for (std::size_t i = 0; i < judged.outputs.size(); ++i) {
    const double label = judged.labels[i];
    const double logit = judged.outputs[i] / judged.decision.temperature;
    const double probability = sigmoid(logit);
    const bool isPositive = logit > 0;
    sum.addAnswer(isPositive ? probability : sigmoid(-logit),
                  isPositive == (label >= 0.5));
    sum.addLoss(label * softplus(-logit) + (1 - label) * softplus(logit));
    sum.addSquare((probability - label) * (probability - label));
  }
  return sum.mean(std::int64_t(judged.outputs.size()));
}

Calibration ofClasses(const Judged &judged) {
  const double temperature = judged.decision.temperature;
  CalibrationSum sum;
  for (std::int64_t row = 0; row < judged.rows; ++row) {
    const auto outputs =
        judged.outputs.subspan(row * judged.columns, judged.columns);
    const Softmax softmax(outputs, temperature);
    const auto most = std::ranges::max_element(outputs) - outputs.begin();
    const std::int64_t truth = judged.classes[row];
    sum.addAnswer(softmax.probability(outputs[most]), most == truth);
    sum.addLoss(-softmax.logProbability(outputs[truth]));
    double square = 0;
    for (std::int64_t column = 0; column < judged.columns; ++column) {
      const double error =
          softmax.probability(outputs[column]) - double(column == truth);
      square += error * error;
    }
    sum.addSquare(judged.columns == 2 ? square / 2 : square);
  }
  return sum.mean(judged.rows);
}

} // namespace

Calibration calibrationOf(const Judged &judged) {
  return judged.task == Task::MultiClass ? ofClasses(judged) : ofLogits(judged);
}

} // namespace mlc::runtime
