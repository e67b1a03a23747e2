//===- Generator.h - Random models ------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_GENERATOR_H
#define MLC_TEST_SMITH_GENERATOR_H

#include "Program.h"

namespace mlc::smith {

/// What random models may be: `Small` ones are cheap enough for gradients by
/// differences.
enum class Scale { Small, Full };

/// The valid model that belongs to `seed`, the same on every machine: some
/// layers of odd widths over a dense or sparse input, any op between them,
/// weights that are used twice or computed from other parameters, any loss and
/// any optimiser.
Program generate(uint64_t seed, Scale scale = Scale::Full);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_GENERATOR_H
