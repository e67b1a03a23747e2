//===- LinearModel.cpp - A logistic regression for scores -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/LinearModel.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace mlc::runtime;

static constexpr int passes = 10;
static constexpr int newtonSteps = 30;
static constexpr double newtonTolerance = 1e-9;

static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// The root of t + curvature * (cost * sigmoid(t) - alpha) + slope: it lies
/// between the values at sigmoid 0 and 1, and Newton steps that leave the
/// interval known so far are replaced by halving it.
static double solveForOne(double curvature, double cost, double alpha,
                          double slope, double t) {
  double high = curvature * alpha - slope;
  double low = high - curvature * cost;
  t = std::clamp(t, low, high);
  for (int step = 0; step < newtonSteps; ++step) {
    const double share = sigmoid(t);
    const double value = t + curvature * (cost * share - alpha) + slope;
    (value > 0 ? high : low) = t;
    const double change = value / (1 + curvature * cost * share * (1 - share));
    if (std::abs(change) < newtonTolerance)
      break;
    t -= change;
    if (t <= low || t >= high)
      t = low + (high - low) / 2;
  }
  return t;
}

std::vector<double>
mlc::runtime::fitLogistic(const SparseRows &rows,
                          const std::vector<bool> &isPositive, double cost) {
  std::vector<double> weights(static_cast<std::size_t>(rows.width));
  double bias = 0;
  // Row r has alpha = cost * sigmoid(t) in (0, cost); w = sum of alpha y x.
  // Starts close to the bound 0, where w is nearly 0.
  constexpr double start = -7;
  std::vector<double> logits(rows.size(), start);
  std::vector<double> squares(rows.size());
  auto add = [&](std::size_t row, double amount) {
    const auto indices = rows.indicesOf(row);
    const auto values = rows.valuesOf(row);
    for (std::size_t at = 0; at < indices.size(); ++at)
      weights[static_cast<std::size_t>(indices[at])] += amount * values[at];
    bias += amount;
  };
  for (std::size_t row = 0; row < rows.size(); ++row) {
    squares[row] = 1; // Of the bias.
    for (float value : rows.valuesOf(row))
      squares[row] += static_cast<double>(value) * value;
    add(row, (isPositive[row] ? 1 : -1) * cost * sigmoid(start));
  }

  std::vector<std::pair<XXH64_hash_t, std::size_t>> order(rows.size());
  for (std::uint64_t pass = 0; pass < passes; ++pass) {
    for (std::uint64_t row = 0; row < rows.size(); ++row)
      order[row] = {XXH3_64bits_withSeed(&row, sizeof(row), pass), row};
    std::ranges::sort(order);
    for (auto [hash, row] : order) {
      const double sign = isPositive[row] ? 1 : -1;
      const auto indices = rows.indicesOf(row);
      const auto values = rows.valuesOf(row);
      double product = bias;
      for (std::size_t at = 0; at < indices.size(); ++at)
        product += weights[static_cast<std::size_t>(indices[at])] * values[at];
      const double alpha = cost * sigmoid(logits[row]);
      logits[row] =
          solveForOne(squares[row], cost, alpha, sign * product, logits[row]);
      add(row, sign * (cost * sigmoid(logits[row]) - alpha));
    }
  }
  return weights;
}
