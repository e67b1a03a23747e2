//===- RandomSettings.h - How a random model is trained ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_RANDOMSETTINGS_H
#define MLC_TEST_SMITH_RANDOMSETTINGS_H

#include "Program.h"
#include "Random.h"

#include <string>

namespace mlc::smith {

/// An optimiser and its settings, as in a model file.
std::string randomOptimizer(Random &random, bool isSparse);

/// What a whole model does with gradients before and beside its optimiser:
/// schedule, bounds, sums of several steps, and parameters that are trained in
/// ways of their own or not at all.
void setDescent(Random &random, Program &program);

/// The model's epochs, one to three of some steps, the last of which is mostly
/// smaller, and how it is compiled and run.
void setRandomSettings(Random &random, Program &program);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_RANDOMSETTINGS_H
