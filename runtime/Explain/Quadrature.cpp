//===- Quadrature.cpp - Points and weights of integrals -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/Quadrature.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

namespace mlc::runtime {

/// The Legendre polynomial of degree `count` and its derivative at x, by the
/// recurrence n P_n = (2n - 1) x P_(n-1) - (n - 1) P_(n-2).
static std::pair<double, double> legendre(int count, double x) {
  double before = 1, now = x;
  for (int n = 2; n <= count; ++n)
    before = std::exchange(now, ((2 * n - 1) * x * now - (n - 1) * before) / n);
  return {now, count * (x * now - before) / (x * x - 1)};
}

std::vector<QuadraturePoint> gaussLegendre(int count) {
  if (count == 1)
    return {{0.5, 1}};
  std::vector<QuadraturePoint> points(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    // Newton's method from Tricomi's approximation of the root.
    double x = std::cos(std::numbers::pi * (i + 0.75) / (count + 0.5));
    double slope = 1;
    for (int round = 0; round < 100; ++round) {
      const auto [value, derivative] = legendre(count, x);
      slope = derivative;
      const double step = value / derivative;
      x -= step;
      if (std::abs(step) < 1e-15)
        break;
    }
    points[static_cast<std::size_t>(i)] = {(1 - x) / 2,
                                           1 / ((1 - x * x) * slope * slope)};
  }
  return points;
}

} // namespace mlc::runtime
