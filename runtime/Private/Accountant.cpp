//===- Accountant.cpp - What steps with noise cost of privacy -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Accountant.h"

#include "Error.h"
#include "Private/FourierTransform.h"
#include "Private/PrivacyLoss.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <vector>

namespace mlc::runtime {

namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

/// What may be left out at each end of a distribution, of delta.
constexpr double leftOut = 1e-7;

/// Of the grid of losses: its width is this part of a step's deviation, and not
/// above the largest; wider where there would be more points than the most.
constexpr double partOfDeviation = 1.0 / 20, largestWidth = 1e-3;
constexpr double mostPoints = 1 << 22;

/// With less, epsilon is in the hundreds and says nothing.
constexpr double leastNoise = 0.05;

using Complex = std::complex<double>;

Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(),
          a.real() * b.imag() + a.imag() * b.real()};
}

Complex power(Complex base, std::int64_t exponent) {
  Complex result = 1;
  for (; exponent > 0; exponent >>= 1, base = product(base, base))
    if (exponent & 1)
      result = product(result, base);
  return result;
}

/// The parts that cost something. An endless noise costs nothing.
std::vector<PrivateSteps> partsThatCount(std::span<const PrivateSteps> parts) {
  std::vector<PrivateSteps> counted;
  for (const PrivateSteps &part : parts)
    if (part.steps > 0 && part.rate > 0)
      counted.push_back(part);
  return counted;
}

/// How far the losses of one step are spread, about: the root of the mean of
/// chi^2, which is near the variance where that is small.
double spreadOfStep(std::span<const PrivateSteps> parts) {
  double sum = 0, steps = 0;
  for (const auto &[noise, rate, count] : parts) {
    sum += double(count) * rate * rate * std::expm1(1 / (noise * noise));
    steps += double(count);
  }
  return std::sqrt(sum / steps);
}

/// Steps of one kind, and how many.
struct Repeated {
  PrivacyLoss loss;
  std::int64_t steps;
};

/// A bound on the sum of all losses that is crossed with a probability of at
/// most `tail` (Chernoff's), upwards for sign 1 and downwards for -1.
double boundOfSum(const std::vector<Repeated> &parts, double tail,
                  double sign) {
  double variance = 0;
  for (const Repeated &part : parts)
    variance += double(part.steps) * part.loss.variance();
  // The best power for a Gaussian; heavy tails have a smaller one.
  const double usual = std::sqrt(-2 * std::log(tail) / variance);
  double best = endless;
  for (double factor = 1.0 / 1024; factor <= 8; factor *= 1.4) {
    const double power = factor * usual;
    double moment = 0;
    for (const Repeated &part : parts)
      moment += double(part.steps) * part.loss.logMoment(sign * power);
    best = std::min(best, (moment - std::log(tail)) / power);
  }
  return sign * best;
}

/// The losses of all steps together: a convolution, by products of transforms.
PrivacyLoss composed(const std::vector<Repeated> &parts, std::int64_t first,
                     std::int64_t last) {
  std::size_t size = 2;
  while (std::int64_t(size) < last - first + 1)
    size *= 2;
  // Where each multiple of `size` is the same place.
  const auto wrapped = [&](std::int64_t index) {
    return std::size_t(index) & (size - 1);
  };
  std::vector<Complex> all(size, 1), one(size);
  double finite = 1;
  for (const auto &[loss, steps] : parts) {
    std::fill(one.begin(), one.end(), 0);
    for (std::size_t i = 0; i < loss.masses.size(); ++i)
      one[wrapped(loss.first + std::int64_t(i))] += loss.masses[i];
    transform(one);
    for (std::size_t i = 0; i < size; ++i)
      all[i] = product(all[i], power(one[i], steps));
    finite *= std::exp(double(steps) * std::log1p(-loss.infinite));
  }
  transform(all);
  PrivacyLoss result{parts.front().loss.width, first, std::vector<double>(size),
                     1 - finite};
  for (std::size_t i = 0; i < size; ++i)
    result.masses[i] = std::max(
        0.0, all[wrapped(-(first + std::int64_t(i)))].real() / double(size));
  return result;
}

double epsilonSeenFrom(RowIs row, std::span<const PrivateSteps> parts,
                       double delta) {
  double steps = 0;
  for (const PrivateSteps &part : parts)
    steps += double(part.steps);
  const double tail = delta * leftOut;
  double width = std::min(largestWidth, spreadOfStep(parts) * partOfDeviation);
  while (true) {
    std::vector<Repeated> repeated;
    for (const auto &[noise, rate, count] : parts)
      repeated.push_back(
          {lossOfStep(noise, rate, row, width, tail / steps), count});
    const double low = boundOfSum(repeated, tail, -1);
    const double high = boundOfSum(repeated, tail, 1);
    if (const double points = (high - low) / width; points > mostPoints) {
      width *= points / mostPoints * 1.001;
      continue;
    }
    PrivacyLoss all = composed(repeated, std::int64_t(std::floor(low / width)),
                               std::int64_t(std::ceil(high / width)));
    all.infinite += tail;
    return epsilonOfLoss(all, delta);
  }
}

/// ln(exp(a) + exp(b)).
double logOfSum(double a, double b) {
  const double more = std::max(a, b), less = std::min(a, b);
  return less == -endless ? more : more + std::log1p(std::exp(less - more));
}

/// Of one step, (order - 1) times the divergence.
double renyiOfStep(double noise, double rate, int order) {
  if (rate >= 1)
    return double(order) * (order - 1) / (2 * noise * noise);
  double sum = -endless;
  for (int k = 0; k <= order; ++k) {
    const double ways = std::lgamma(order + 1) - std::lgamma(k + 1) -
                        std::lgamma(order - k + 1);
    sum = logOfSum(sum, ways + k * std::log(rate) +
                            (order - k) * std::log1p(-rate) +
                            double(k) * (k - 1) / (2 * noise * noise));
  }
  return sum;
}

bool hasHardlyNoise(const PrivateSteps &part) {
  return !(part.noise >= leastNoise);
}

} // namespace

double epsilonByLoss(std::span<const PrivateSteps> parts, double delta) {
  const auto counted = partsThatCount(parts);
  if (counted.empty())
    return 0;
  if (std::ranges::any_of(counted, hasHardlyNoise))
    return endless;
  return std::max(epsilonSeenFrom(RowIs::Removed, counted, delta),
                  epsilonSeenFrom(RowIs::Added, counted, delta));
}

double epsilonByRenyi(std::span<const PrivateSteps> parts, double delta) {
  const auto counted = partsThatCount(parts);
  if (counted.empty())
    return 0;
  if (std::ranges::any_of(counted, hasHardlyNoise))
    return endless;
  double best = endless;
  for (int order = 2; order <= 512; ++order) {
    double sum = 0;
    for (const auto &[noise, rate, steps] : counted)
      sum += double(steps) * renyiOfStep(noise, rate, order);
    best =
        std::min(best, (sum - std::log(delta) - std::log(order)) / (order - 1) +
                           std::log1p(-1.0 / order));
  }
  return std::max(0.0, best);
}

double epsilonOf(double noise, double rate, std::int64_t steps, double delta) {
  const PrivateSteps part{noise, rate, steps};
  return epsilonByLoss({&part, 1}, delta);
}

double noiseFor(double epsilon, double delta, double rate, std::int64_t steps) {
  constexpr double unit = 1e-4;
  constexpr std::int64_t most = 1e8;
  const auto isEnough = [&](std::int64_t units) {
    return epsilonOf(double(units) * unit, rate, steps, delta) <= epsilon;
  };
  std::int64_t tooLittle = std::int64_t(leastNoise / unit) - 1, enough = 10000;
  while (enough < most && !isEnough(enough)) {
    tooLittle = enough;
    enough *= 2;
  }
  if (enough >= most)
    throw InputError(fmt::format(
        "an epsilon of {} would need noise of more than 10000 times what one "
        "row can change; give a larger --epsilon, or fewer steps",
        epsilon));
  while (enough - tooLittle > 1) {
    const std::int64_t middle = tooLittle + (enough - tooLittle) / 2;
    (isEnough(middle) ? enough : tooLittle) = middle;
  }
  return double(enough) * unit;
}

} // namespace mlc::runtime
