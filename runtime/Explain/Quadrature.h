//===- Quadrature.h - Points and weights of integrals -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_QUADRATURE_H
#define MLC_RUNTIME_EXPLAIN_QUADRATURE_H

#include <vector>

namespace mlc::runtime {

/// A point of [0, 1] and its weight.
struct QuadraturePoint {
  double place, weight;
};

/// The points of Gauss and Legendre on [0, 1], whose weights add up to 1: exact
/// for polynomials of a degree below 2 `count`. `count` is at least 1.
std::vector<QuadraturePoint> gaussLegendre(int count);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_QUADRATURE_H
