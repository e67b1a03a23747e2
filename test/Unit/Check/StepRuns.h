//===- StepRuns.h - Steps, interpreted and compiled -------------*- C++ -*-===//
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_CHECK_STEPRUNS_H
#define MLC_TEST_UNIT_CHECK_STEPRUNS_H

#include "lib/Reference/StepFunction.h"

#include "mlc/RuntimeABI.h"

#include "mlir/IR/BuiltinOps.h"

#include <cstdint>
#include <vector>

namespace mlc {

/// Numbers in [-1, 1) that follow no pattern of a vector's length.
std::vector<float> someNumbers(size_t count, uint32_t state);

/// They as an array of the interpreter.
reference::Reals asReals(const reference::Shape &shape,
                         const std::vector<float> &numbers);

/// What the interpreter computes for a step of a graph program that is only
/// used (without training); a failure is one of the test.
reference::StepOutputs interpret(mlir::ModuleOp module, llvm::StringRef step,
                                 const reference::StepInputs &inputs);

/// Calls compiled code for one worker. `call` has the batch, the parameters
/// and the buffers of results; its workspace, capacities and numbers of workers
/// are filled in here. `nonzeros` is how many stored entries a batch may have.
void callEntry(const MlcEntryPoint &entry, MlcCall call, int64_t nonzeros = 0);

} // namespace mlc

#endif // MLC_TEST_UNIT_CHECK_STEPRUNS_H
