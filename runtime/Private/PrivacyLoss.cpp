//===- PrivacyLoss.cpp - A distribution of privacy loss on a grid ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/PrivacyLoss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace mlc::runtime {

namespace {

/// The probability that a Gaussian with deviation 1 is between two numbers, as
/// a difference of tails, so that small ones keep their digits.
double between(double low, double high) {
  if (low < 0 && high > 0)
    return 1 - 0.5 * std::erfc(-low / std::numbers::sqrt2) -
           0.5 * std::erfc(high / std::numbers::sqrt2);
  if (high <= 0)
    return between(-high, -low);
  return 0.5 * (std::erfc(low / std::numbers::sqrt2) -
                std::erfc(high / std::numbers::sqrt2));
}

/// One step on the line through the two data sets' sums: without the row it
/// releases a Gaussian around 0, with it a mixture, of which `rate` is
/// around 1.
class Step {
public:
  Step(double noise, double rate, RowIs row)
      : noise_(noise), rate_(rate), row_(row) {}

  /// The logarithm of the mixture's density over the Gaussian's at x.
  double logRatio(double x) const {
    const double power = (2 * x - 1) / (2 * noise_ * noise_);
    if (rate_ >= 1)
      return power;
    return power < 30
               ? std::log1p(rate_ * std::expm1(power))
               : power + std::log(rate_ + (1 - rate_) * std::exp(-power));
  }
  /// The x that has this ratio; minus infinity below the least.
  double placeOf(double logRatio) const {
    if (rate_ >= 1)
      return noise_ * noise_ * logRatio + 0.5;
    const double scaled = std::expm1(logRatio) / rate_;
    if (scaled <= -1)
      return -std::numeric_limits<double>::infinity();
    return noise_ * noise_ * std::log1p(scaled) + 0.5;
  }
  /// The masses of P and Q between two places.
  struct Masses {
    double p, q;
  };
  Masses massesBetween(double low, double high) const {
    const double without = between(low / noise_, high / noise_);
    const double moved = between((low - 1) / noise_, (high - 1) / noise_);
    const double mixture = (1 - rate_) * without + rate_ * moved;
    return row_ == RowIs::Removed ? Masses{mixture, without}
                                  : Masses{without, mixture};
  }
  /// The places between which a loss is from `low` to `high`.
  Masses massesOfLosses(double low, double high) const {
    return row_ == RowIs::Removed
               ? massesBetween(placeOf(low), placeOf(high))
               : massesBetween(placeOf(-high), placeOf(-low));
  }
  /// Losses from the first to the second hold all but `tail` at either end.
  std::pair<double, double> bounds(double tail) const {
    // exp(-z^2 / 2) / 2 bounds what lies beyond z.
    const double z = std::sqrt(-2 * std::log(tail));
    const double low = logRatio(-z * noise_), high = logRatio(1 + z * noise_);
    return row_ == RowIs::Removed ? std::pair(low, high)
                                  : std::pair(-high, -low);
  }

private:
  double noise_, rate_;
  RowIs row_;
};

} // namespace

double PrivacyLoss::logMoment(double power) const {
  const double last = double(first + std::int64_t(masses.size()) - 1);
  const double most =
      std::max(power * width * double(first), power * width * last);
  double sum = 0;
  for (std::size_t i = 0; i < masses.size(); ++i)
    sum += masses[i] *
           std::exp(power * width * double(first + std::int64_t(i)) - most);
  return most + std::log(sum);
}

double PrivacyLoss::variance() const {
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < masses.size(); ++i) {
    const double value = width * double(first + std::int64_t(i));
    sum += masses[i] * value;
    squares += masses[i] * value * value;
  }
  return squares - sum * sum;
}

PrivacyLoss lossOfStep(double noise, double rate, RowIs row, double width,
                       double tail) {
  const Step step(noise, rate, row);
  const auto [low, high] = step.bounds(tail);
  const auto first = std::int64_t(std::floor(low / width));
  const auto last = std::max(std::int64_t(std::ceil(high / width)), first + 1);
  PrivacyLoss loss{width, first, std::vector<double>(last - first + 1), 0};
  constexpr double endless = std::numeric_limits<double>::infinity();
  // Losses below the grid are taken to be its first.
  loss.masses[0] = step.massesOfLosses(-endless, double(first) * width).p;
  const double down = -std::expm1(-width);
  for (std::int64_t i = first; i < last; ++i) {
    const double start = double(i) * width;
    const auto [p, q] = step.massesOfLosses(start, double(i + 1) * width);
    // Shares with the sum p, which divided by exp(loss) sum up to q.
    double upper = (p - q * std::exp(start)) / down;
    upper = std::clamp(upper, 0.0, p);
    loss.masses[i - first] += p - upper;
    loss.masses[i - first + 1] += upper;
  }
  const auto [p, q] = step.massesOfLosses(double(last) * width, endless);
  loss.infinite = std::max(0.0, p - q * std::exp(double(last) * width));
  loss.masses.back() += p - loss.infinite;
  return loss;
}

double epsilonOfLoss(const PrivacyLoss &loss, double delta) {
  // From the largest loss down: `above` and `divided` are the masses above the
  // current epsilon, and these divided by exp(loss - the next loss).
  double above = loss.infinite, divided = 0;
  if (above > delta)
    return std::numeric_limits<double>::infinity();
  const double down = std::exp(-loss.width);
  for (std::size_t i = loss.masses.size(); i-- > 0;) {
    // Epsilon is now at grid point i: is delta there above what is asked for?
    if (above - divided > delta) {
      // Between this point and the one above, delta falls in a straight line
      // over exp(epsilon).
      return std::max(0.0, double(loss.first + std::int64_t(i)) * loss.width +
                               std::log((above - delta) / divided));
    }
    if (loss.first + std::int64_t(i) <= 0)
      return 0;
    above += loss.masses[i];
    divided = (divided + loss.masses[i]) * down;
  }
  return std::max(0.0, double(loss.first) * loss.width);
}

} // namespace mlc::runtime
