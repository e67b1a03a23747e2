//===- Noise.h - Gaussian noise from a secret -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_NOISE_H
#define MLC_RUNTIME_PRIVATE_NOISE_H

#include "Private/PrivacyKey.h"

#include <cstdint>
#include <span>

namespace mlc::runtime {

/// Values `first`, `first` + 1, ... of the noise of one parameter in one step:
/// Gaussian with mean 0 and the given standard deviation. Value number i is a
/// function of key, step, parameter and i alone, so any split over threads
/// gives the same bits; and it is computed with additions, multiplications,
/// divisions and square roots alone, so each CPU gives the same bits.
///
/// Box-Muller in f64, of 52 random bits for the radius and 54 for the angle;
/// no value is beyond 8.6 deviations, which takes less than 2^-53 away. Then
/// rounded to f32, which is no exact Gaussian: fillDiscreteGaussian is exact.
/// Source: Box and Muller, A note on the generation of random normal deviates
/// (1958).
///
/// Throws InputError beyond element 2^35.
void fillGaussian(const PrivacyKey &key, std::uint64_t step,
                  std::uint32_t parameter, std::int64_t first, double deviation,
                  std::span<float> values);

/// The same of integers: value n has a probability in proportion to
/// exp(-n^2 / (2 deviation^2)), exactly but for 2^-120. `deviation` is from 1
/// to 2^31 - 1. How long it takes depends on the values: a program that others
/// can time gives information away. Source: Canonne, Kamath and Steinke, The
/// discrete Gaussian for differential privacy (2020),
/// https://arxiv.org/abs/2004.00010, algorithm 1, within Karney's method
/// (DiscreteGaussian.cpp).
///
/// Throws InputError beyond element 2^32.
void fillDiscreteGaussian(const PrivacyKey &key, std::uint64_t step,
                          std::uint32_t parameter, std::int64_t first,
                          std::uint32_t deviation,
                          std::span<std::int64_t> values);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_NOISE_H
