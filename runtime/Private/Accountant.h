//===- Accountant.h - What steps with noise cost of privacy -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_ACCOUNTANT_H
#define MLC_RUNTIME_PRIVATE_ACCOUNTANT_H

#include <cstdint>
#include <span>

namespace mlc::runtime {

/// Steps that release a sum of clipped rows. Each row is part of a step with
/// the probability `rate`, whatever becomes of the others, and the sum has
/// Gaussian noise of `noise` times the norm that one row's part can have.
struct PrivateSteps {
  double noise;
  double rate;
  std::int64_t steps;
};

/// The epsilon of all these steps together, in any order, for a delta of at
/// least 1e-11: between data where one row is there and data where it is
/// replaced by nothing (add-remove, or zero-out where the number of rows is
/// known). Infinite for noise below 0.05.
///
/// By the distribution of the privacy loss, on a grid: never too small, and for
/// steps in practical use less than a percent too large
/// (test/Integration/private). Sources: Koskela, Jaelkoe and Honkela, Computing
/// tight differential privacy guarantees using FFT (2020); Doroshenko et al.,
/// Connect the dots: tighter discrete approximations of privacy loss
/// distributions (2022).
double epsilonByLoss(std::span<const PrivateSteps> parts, double delta);

/// The same by Renyi's divergence of integer orders from 2 to 512: simpler, and
/// larger, so that each bears the other out.
/// Sources: Mironov, Talwar and Zhang, Renyi differential privacy of the
/// sampled Gaussian mechanism (2019), section 3.3; Canonne, Kamath and Steinke
/// (2020), proposition 12.
double epsilonByRenyi(std::span<const PrivateSteps> parts, double delta);

/// epsilonByLoss of one part.
double epsilonOf(double noise, double rate, std::int64_t steps, double delta);

/// The least noise from 0.05 to 1e4, in steps of 1e-4, with which epsilonOf is
/// at most `epsilon`. Throws InputError where more would be needed.
double noiseFor(double epsilon, double delta, double rate, std::int64_t steps);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_ACCOUNTANT_H
