//===- Reducer.h - Smaller cases that still fail ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_REDUCER_H
#define MLC_TEST_SMITH_REDUCER_H

#include "Program.h"

#include <functional>

namespace mlc::smith {

/// Makes `program` smaller, step by step, for as long as `fails` says true of
/// what is left: fewer ops and parameters, simpler losses and optimisers,
/// smaller sizes, fewer rows. Candidates need not be valid: `fails` says false
/// of those that are not.
Program reduce(Program program,
               const std::function<bool(const Program &)> &fails);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_REDUCER_H
