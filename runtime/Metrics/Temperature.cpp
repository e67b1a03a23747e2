//===- Temperature.cpp - The temperature that calibrates best -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metrics/Temperature.h"

#include "Metrics/Calibration.h"

#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>

namespace mlc::runtime {

std::optional<double> bestTemperature(const Judged &judged) {
  constexpr double end = 10;
  Judged scaled = judged;
  const auto loss = [&](double logInverse) {
    scaled.decision.temperature = std::exp(-logInverse);
    return calibrationOf(scaled).logLoss;
  };
  // Half of a double's digits: the loss is flat at its least.
  const auto [best, least] = boost::math::tools::brent_find_minima(
      loss, -end, end, std::numeric_limits<double>::digits / 2);
  // Where the loss falls to the end, it may be 0 long before it.
  if (loss(end) <= least || loss(-end) <= least)
    return std::nullopt;
  return std::exp(-best);
}

} // namespace mlc::runtime
