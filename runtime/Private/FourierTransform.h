//===- FourierTransform.h - The fast Fourier transform ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_FOURIERTRANSFORM_H
#define MLC_RUNTIME_PRIVATE_FOURIERTRANSFORM_H

#include <complex>
#include <span>

namespace mlc::runtime {

/// In place: values[k] = sum over j of values[j] exp(-2 pi i j k / n), with n a
/// power of 2. The error of each is about 1e-16 of the root of the sum of their
/// squares. Applied twice it gives n values[-j mod n].
/// Source: Cooley and Tukey, An algorithm for the machine calculation of
/// complex Fourier series (1965).
void transform(std::span<std::complex<double>> values);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_FOURIERTRANSFORM_H
