//===- LayerRounding.cpp - A first layer in 4 bits ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRounding.h"

#include "Data/RowRounding.h"
#include "Import/ModelText.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace mlc;
using namespace mlc::runtime;

/// Beyond so many multiplications rounding would take longer than learning.
static constexpr double mostWork = 1e10;

/// What mlc new writes for this data.
static LearningDefaults defaultsOf(const Dataset &data,
                                   const LayerWeights &weights) {
  return learningDefaults(data, /*isLinear=*/weights.second.empty());
}

namespace {
class LayerRounding {
public:
  LayerRounding(const Dataset &data, const LayerWeights &weights)
      : data_(data), weights_(weights), units_(weights.firstBias.size()),
        outputs_(weights.second.empty() ? units_ : weights.secondBias.size()),
        activation_(defaultsOf(data, weights).activation),
        metric_(units_ * units_), means_(std::size_t(data.width())),
        sums_(units_), slopes_(units_), gradients_(outputs_ * units_),
        logits_(outputs_) {}

  RoundedLayer run();

private:
  template <typename Visit>
  void forEachValue(std::size_t row, Visit visit);
  void addRow(std::size_t row);
  void findGradients();
  void addCurvature(double weight, std::span<const double> gradient);
  double activate(double sum, double &slope) const;

  const Dataset &data_;
  const LayerWeights &weights_;
  const std::size_t units_, outputs_;
  const Activation activation_;
  std::vector<double> metric_; ///< [units, units], the lower half.
  std::vector<double> means_;  ///< Of the features.
  double weight_ = 0;          ///< Of all rows.
  // Of a row.
  std::vector<double> sums_, slopes_;
  std::vector<double> gradients_; ///< Of each output by the sums.
  std::vector<double> logits_;
};
} // namespace

template <typename Visit>
void LayerRounding::forEachValue(std::size_t row, Visit visit) {
  if (!data_.isSparse()) {
    const auto width = std::size_t(data_.width());
    const auto values = data_.features().subspan(row * width, width);
    for (std::size_t at = 0; at < width; ++at)
      visit(at, double(values[at]));
    return;
  }
  std::visit(
      [&](auto indices) {
        for (auto at = std::size_t(data_.indptr()[row]);
             at < std::size_t(data_.indptr()[row + 1]); ++at)
          visit(std::size_t(indices[at]),
                data_.values().empty() ? 1.0 : double(data_.values()[at]));
      },
      data_.indices());
}

/// Of what mlc new puts behind a layer.
double LayerRounding::activate(double sum, double &slope) const {
  if (activation_ == Activation::Relu) {
    slope = sum > 0 ? 1 : 0;
    return std::max(sum, 0.0);
  }
  // Gelu: the sum times the normal distribution's share below it.
  const double below = std::erfc(-sum / std::numbers::sqrt2) / 2;
  const double density =
      std::exp(-sum * sum / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  slope = below + sum * density;
  return sum * below;
}

/// The outputs of the row whose sums there are, and their gradients.
void LayerRounding::findGradients() {
  std::ranges::fill(gradients_, 0.0);
  if (weights_.second.empty()) {
    logits_ = sums_;
    for (std::size_t unit = 0; unit < units_; ++unit)
      gradients_[unit * units_ + unit] = 1;
    return;
  }
  logits_.assign(weights_.secondBias.begin(), weights_.secondBias.end());
  for (std::size_t unit = 0; unit < units_; ++unit) {
    double slope = 0;
    const double value = activate(sums_[unit], slope);
    for (std::size_t output = 0; output < outputs_; ++output) {
      const double weight = weights_.second[unit * outputs_ + output];
      logits_[output] += value * weight;
      gradients_[output * units_ + unit] = slope * weight;
    }
  }
}

void LayerRounding::addCurvature(double weight,
                                 std::span<const double> gradient) {
  for (std::size_t i = 0; i < units_; ++i) {
    const double factor = weight * gradient[i];
    if (factor == 0)
      continue;
    for (std::size_t j = 0; j <= i; ++j)
      metric_[i * units_ + j] += factor * gradient[j];
  }
}

void LayerRounding::addRow(std::size_t row) {
  sums_.assign(weights_.firstBias.begin(), weights_.firstBias.end());
  forEachValue(row, [&](std::size_t feature, double value) {
    for (std::size_t unit = 0; unit < units_; ++unit)
      sums_[unit] += value * weights_.first[feature * units_ + unit];
  });
  findGradients();
  const auto gradientOf = [&](std::size_t output) {
    return std::span(gradients_).subspan(output * units_, units_);
  };
  double curvature = 0;
  if (!data_.hasClassLabels()) {
    for (std::size_t output = 0; output < outputs_; ++output) {
      const double yes = 1 / (1 + std::exp(-logits_[output]));
      curvature += yes * (1 - yes);
      addCurvature(yes * (1 - yes), gradientOf(output));
    }
  } else {
    // diag(p) - p p^T is the sum of p[c] times the square of what output c has
    // beyond the mean.
    const double largest = std::ranges::max(logits_);
    double all = 0;
    for (double &logit : logits_)
      all += logit = std::exp(logit - largest);
    std::vector<double> mean(units_);
    for (std::size_t output = 0; output < outputs_; ++output)
      for (std::size_t unit = 0; unit < units_; ++unit)
        mean[unit] += logits_[output] / all * gradientOf(output)[unit];
    for (std::size_t output = 0; output < outputs_; ++output) {
      const double share = logits_[output] / all;
      curvature += share * (1 - share);
      for (std::size_t unit = 0; unit < units_; ++unit)
        gradientOf(output)[unit] -= mean[unit];
      addCurvature(share, gradientOf(output));
    }
  }
  weight_ += curvature;
  forEachValue(row, [&](std::size_t feature, double value) {
    means_[feature] += curvature * value;
  });
}

RoundedLayer LayerRounding::run() {
  constexpr double damping = 0.01;
  // As many rows, at equal distances, as the work allows.
  const double work = double(outputs_ * units_) * double(units_) + 1;
  const auto rows = std::size_t(data_.rows());
  const auto step = std::size_t(std::ceil(double(rows) * work / mostWork));
  for (std::size_t row = 0; row < rows; row += step)
    addRow(row);
  double trace = 0;
  for (std::size_t unit = 0; unit < units_; ++unit)
    trace += metric_[unit * units_ + unit];
  // A network that is certain of every row: each unit counts alike.
  const double more = trace > 0 ? damping * trace / double(units_) : 1;
  for (std::size_t i = 0; i < units_; ++i) {
    metric_[i * units_ + i] += more;
    for (std::size_t j = 0; j < i; ++j)
      metric_[j * units_ + i] = metric_[i * units_ + j];
  }
  RoundedLayer made{
      .numbers = RowRounding(metric_, units_).round(weights_.first),
      .bias = {weights_.firstBias.begin(), weights_.firstBias.end()}};
  const std::vector<float> rounded = dequantizeRows(
      made.numbers.bits, made.numbers.numbers, made.numbers.scales, units_);
  for (std::size_t unit = 0; unit < units_; ++unit) {
    double added = 0;
    for (std::size_t feature = 0; feature < means_.size(); ++feature) {
      const std::size_t at = feature * units_ + unit;
      added += means_[feature] * (double(rounded[at]) - weights_.first[at]);
    }
    if (weight_ > 0)
      made.bias[unit] -= static_cast<float>(added / weight_);
  }
  return made;
}

std::optional<RoundedLayer> mlc::roundLayer(const Dataset &data,
                                            const LayerWeights &weights) {
  const double units = double(weights.firstBias.size());
  // Where features have factors of their own, rows are not what the layer sees.
  if (double(data.width()) * units * units > mostWork ||
      defaultsOf(data, weights).isScaled)
    return std::nullopt;
  return LayerRounding(data, weights).run();
}
