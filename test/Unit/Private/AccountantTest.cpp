//===- AccountantTest.cpp - What steps with noise cost, beside a peer -----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Accountant.h"

#include "Private/PrivacyLoss.h"
#include "Support/ExpectError.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace mlc::test {
namespace {

using namespace runtime;

/// Of dp-accounting 0.6.0: epsilon by its PLD accountant on an eighth of the
/// grid's width, and by its RDP accountant with the same orders.
/// test/Integration/private/accountant.py compares 200 others.
struct Recorded {
  PrivateSteps steps;
  double delta, byLoss, byRenyi;
};
const std::vector<Recorded> recorded = {
    {{9.13, 0.08192, 244}, 1e-05, 0.4995232147, 0.5496429124},
    {{4.92, 0.08192, 244}, 1e-05, 1.000427328, 1.096923852},
    {{2, 0.08192, 244}, 1e-05, 2.990434804, 3.286316214},
    {{1.06, 0.08192, 244}, 1e-05, 7.989578405, 8.870648069},
    {{1, 0.00256, 3910}, 1e-05, 0.8158427319, 1.087617076},
    {{0.7, 0.01, 500}, 1e-06, 4.352509231, 5.153498521},
    {{0.5, 0.01, 100}, 1e-05, 6.476210339, 10.66118134},
    {{1, 1, 1}, 1e-05, 4.377178105, 4.752728337},
    {{5, 1, 100}, 1e-06, 10.99715165, 11.85538999},
    {{3, 0.3, 50}, 1e-09, 4.735213923, 5.010749945},
    {{10, 0.001, 10000}, 1e-06, 0.03382678181, 0.037283101},
    {{20, 0.05, 5000}, 1e-08, 0.8987217289, 0.9530882395},
};

TEST(AccountantTest, IsBetweenThePeerAndAPercentAbove) {
  for (const Recorded &known : recorded) {
    SCOPED_TRACE(known.byLoss);
    const double found = epsilonByLoss({&known.steps, 1}, known.delta);
    EXPECT_GE(found, known.byLoss);
    EXPECT_LE(found, known.byLoss * 1.01);
    EXPECT_NEAR(epsilonByRenyi({&known.steps, 1}, known.delta), known.byRenyi,
                1e-8 * known.byRenyi);
  }
}

TEST(AccountantTest, StepsOfTwoKindsCompose) {
  const std::vector<PrivateSteps> both = {{2, 0.08192, 244},
                                          {1.06, 0.01, 1000}};
  // Of the same peer.
  EXPECT_GE(epsilonByLoss(both, 1e-5), 3.4531756792);
  EXPECT_LE(epsilonByLoss(both, 1e-5), 3.4531756792 * 1.01);
  EXPECT_NEAR(epsilonByRenyi(both, 1e-5), 3.7731121826, 1e-8);
  const std::vector<PrivateSteps> other = {both[1], both[0]};
  EXPECT_NEAR(epsilonByLoss(other, 1e-5), epsilonByLoss(both, 1e-5), 1e-9);
}

TEST(AccountantTest, PartsOfOneKindAreTheWhole) {
  const std::vector<PrivateSteps> parts = {
      {2, 0.08192, 200}, {2, 0.08192, 0}, {2, 0, 1000}, {2, 0.08192, 44}};
  EXPECT_NEAR(epsilonByLoss(parts, 1e-5), epsilonOf(2, 0.08192, 244, 1e-5),
              1e-9);
  EXPECT_NEAR(epsilonByRenyi(parts, 1e-5), 3.286316214, 1e-8);
}

TEST(AccountantTest, NothingCostsNothingAndNoNoiseAllThereIs) {
  EXPECT_EQ(epsilonByLoss({}, 1e-5), 0);
  EXPECT_EQ(epsilonByRenyi({}, 1e-5), 0);
  EXPECT_EQ(epsilonOf(0, 0, 10, 1e-5), 0);
  EXPECT_TRUE(std::isinf(epsilonOf(0, 0.1, 1, 1e-5)));
  EXPECT_TRUE(std::isinf(epsilonOf(0.01, 0.1, 1, 1e-5)));
  EXPECT_TRUE(std::isinf(epsilonOf(std::nan(""), 0.1, 1, 1e-5)));
  // A row that is hardly ever part of the one step costs no epsilon at all.
  EXPECT_EQ(epsilonOf(1, 1e-6, 1, 1e-5), 0);
}

// Without sampling it is the Gaussian mechanism, whose delta has a formula.
// Source: Balle and Wang, Improving the Gaussian mechanism (2018), theorem 8.
TEST(AccountantTest, WithoutSamplingItIsTheGaussianMechanism) {
  const auto normal = [](double x) {
    return 0.5 * std::erfc(-x / std::sqrt(2));
  };
  for (double noise : {0.7, 2.0, 9.0})
    for (std::int64_t steps : {1, 30}) {
      const double mu = std::sqrt(double(steps)) / noise;
      const double epsilon = epsilonOf(noise, 1, steps, 1e-6);
      const double delta = normal(mu / 2 - epsilon / mu) -
                           std::exp(epsilon) * normal(-mu / 2 - epsilon / mu);
      EXPECT_LE(delta, 1e-6) << noise << ' ' << steps;
      EXPECT_GE(delta, 1e-6 * 0.99) << noise << ' ' << steps;
    }
}

TEST(AccountantTest, NoiseIsTheLeastThatIsEnough) {
  for (double epsilon : {0.5, 3.0, 20.0}) {
    const double noise = noiseFor(epsilon, 1e-5, 0.08192, 244);
    EXPECT_LE(epsilonOf(noise, 0.08192, 244, 1e-5), epsilon);
    EXPECT_GT(epsilonOf(noise - 1e-4, 0.08192, 244, 1e-5), epsilon);
  }
  EXPECT_NE(errorOf([] { noiseFor(1e-6, 1e-9, 1, 1000); }).find("--epsilon"),
            std::string::npos);
}

TEST(AccountantTest, EpsilonIsWhereDeltaIsWhatIsAsked) {
  const PrivacyLoss loss{
      .width = 0.5, .first = 0, .masses = {0.5, 0.4, 0.09}, .infinite = 0.01};
  for (double epsilon : {0.25, 0.5, 0.75, 0.9}) {
    double delta = loss.infinite;
    for (int i = 0; i < 3; ++i)
      if (0.5 * i > epsilon)
        delta += loss.masses[i] * (1 - std::exp(epsilon - 0.5 * i));
    EXPECT_NEAR(epsilonOfLoss(loss, delta), epsilon, 1e-12);
  }
  EXPECT_EQ(epsilonOfLoss(loss, 0.01), 1);
  EXPECT_TRUE(std::isinf(epsilonOfLoss(loss, 0.0099)));
  EXPECT_EQ(epsilonOfLoss(loss, 0.9), 0);
}

// The dots of the curve of delta over exp(epsilon) are those of the formula,
// and all of P's mass is somewhere.
TEST(AccountantTest, LossesOfAStepKeepTheirDots) {
  for (RowIs row : {RowIs::Removed, RowIs::Added}) {
    const PrivacyLoss loss = lossOfStep(1.5, 1, row, 0.01, 1e-12);
    double all = loss.infinite;
    for (double mass : loss.masses)
      all += mass;
    EXPECT_NEAR(all, 1, 1e-12);
    const auto normal = [](double x) {
      return 0.5 * std::erfc(-x / std::sqrt(2));
    };
    for (std::int64_t point : {0, 50, 150}) {
      double delta = loss.infinite;
      for (std::size_t i = 0; i < loss.masses.size(); ++i)
        if (const std::int64_t above = loss.first + std::int64_t(i) - point;
            above > 0)
          delta += loss.masses[i] * -std::expm1(-0.01 * double(above));
      const double epsilon = 0.01 * double(point), mu = 1 / 1.5;
      EXPECT_NEAR(delta,
                  normal(mu / 2 - epsilon / mu) -
                      std::exp(epsilon) * normal(-mu / 2 - epsilon / mu),
                  1e-10);
    }
  }
}

} // namespace
} // namespace mlc::test
