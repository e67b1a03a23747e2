//===- limit_reference.h - The benchmark's step in f64 ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_DEVICE_BUNDLE_LIMIT_REFERENCE_H
#define MLC_TEST_DEVICE_BUNDLE_LIMIT_REFERENCE_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

constexpr int features = 1000, hidden = 128, batch = 64, threads = 256;
constexpr int rowCount = 390 * batch;
constexpr float rate = 1e-3f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f;

/// A number that is learned, and Adam's moments of its gradient.
struct Learned {
  float value, first, second;
};

/// What a step reads and writes.
struct Task {
  const std::int32_t *rows;     ///< [rowCount], the order of an epoch.
  const std::int64_t *indptr;   ///< [rowCount + 1]
  const std::uint16_t *columns; ///< [indptr[rowCount]], all values 1.
  const float *labels;          ///< [rowCount]
  Learned *weights;             ///< [hidden, features]
  Learned *biases, *outputs;    ///< [hidden]
  Learned *lastBias;            ///< [hidden]: every block has one, all alike.
  float *logits;                ///< [2, hidden, batch], in turn.
  float *losses;                ///< A step's.
  int firstStep, steps;
};

/// The same in f64 and without blocks.
class Reference {
public:
  /// `task` is in the host's memory.
  explicit Reference(const Task &task) : task(task) {
    for (int i = 0; i < hidden * features; ++i)
      weights.push_back({task.weights[i].value, 0, 0});
    for (int h = 0; h < hidden; ++h) {
      biases.push_back({task.biases[h].value, 0, 0});
      outputs.push_back({task.outputs[h].value, 0, 0});
    }
    last = {task.lastBias[0].value, 0, 0};
  }

  double step(int number) {
    const int firstRow = number * batch % rowCount;
    std::vector<double> toWeights(weights.size()), toBiases(hidden),
        toOutputs(hidden);
    double toLast = 0, loss = 0;
    for (int i = 0; i < batch; ++i) {
      const int row = task.rows[firstRow + i];
      const std::int64_t begin = task.indptr[row], end = task.indptr[row + 1];
      std::vector<double> active(hidden);
      double logit = last.value;
      for (int h = 0; h < hidden; ++h) {
        double sum = biases[h].value;
        for (std::int64_t p = begin; p < end; ++p)
          sum += weights[h * features + task.columns[p]].value;
        active[h] = std::max(sum, 0.0);
        logit += active[h] * outputs[h].value;
      }
      const double label = task.labels[row];
      const double error = (1 / (1 + std::exp(-logit)) - label) / batch;
      loss += std::log1p(std::exp(-logit)) + logit * (1 - label);
      toLast += error;
      for (int h = 0; h < hidden; ++h) {
        toOutputs[h] += error * active[h];
        if (active[h] <= 0)
          continue;
        toBiases[h] += error * outputs[h].value;
        for (std::int64_t p = begin; p < end; ++p)
          toWeights[h * features + task.columns[p]] += error * outputs[h].value;
      }
    }
    for (std::size_t i = 0; i < weights.size(); ++i)
      learn(weights[i], toWeights[i], number);
    for (int h = 0; h < hidden; ++h) {
      learn(biases[h], toBiases[h], number);
      learn(outputs[h], toOutputs[h], number);
    }
    learn(last, toLast, number);
    return loss / batch;
  }

private:
  struct Number {
    double value, first, second;
  };
  static void learn(Number &x, double gradient, int step) {
    x.first = 0.9 * x.first + 0.1 * gradient;
    x.second = 0.999 * x.second + 0.001 * gradient * gradient;
    x.value -= 1e-3 * x.first / (1 - std::pow(0.9, step + 1)) /
               (std::sqrt(x.second / (1 - std::pow(0.999, step + 1))) + 1e-8);
  }

  const Task &task;
  std::vector<Number> weights, biases, outputs;
  Number last;
};

#endif // MLC_TEST_DEVICE_BUNDLE_LIMIT_REFERENCE_H
