//===- ReferenceRun.h - A whole training run in f64 -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_REFERENCERUN_H
#define MLC_REFERENCE_REFERENCERUN_H

#include "lib/Reference/Tensor.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <limits>
#include <optional>
#include <string>

namespace mlc::reference {

/// Named as the options of `PROGRAM train`, and with their defaults.
struct ReferenceOptions {
  std::string data; ///< A data set file that suits the model.
  std::string init; ///< The first weights: a file of `mlc.weights`.
  int64_t steps = std::numeric_limits<int64_t>::max();
  std::optional<int64_t> epochs;      ///< The model's unless given.
  std::optional<double> learningRate; ///< The model's unless given.
  uint64_t seed = 0;                  ///< Key of sample order and dropout.
  bool shuffle = true;
};

struct NamedWeights {
  std::string name; ///< The parameter's.
  Reals value;
};

struct ReferenceResult {
  std::vector<double> losses; ///< Of each step's batch, before its update.
  std::vector<NamedWeights> weights; ///< After the last step, in the model's
                                     ///< order.
};

/// Trains `model`, a verified module of one `graph.program`, by interpreting
/// its train step in f64 (see Interpreter.h). Rows come in the order in which
/// `PROGRAM train` takes them, an epoch's last and smaller batch included, so
/// that each step's loss can be compared with a compiled program's. Ends after
/// `steps` steps or `epochs` epochs, whichever comes first.
///
/// Calls `onStep(step, loss)`, with step from 1, after each step. `model` is
/// left as it is. Fails with a complete message where a file is at fault or
/// does not suit the model; what is wrong with the model itself is told by
/// diagnostics before.
llvm::Expected<ReferenceResult> runReference(
    mlir::ModuleOp model, const ReferenceOptions &options,
    llvm::function_ref<void(int64_t step, double loss)> onStep = [](int64_t,
                                                                    double) {});

} // namespace mlc::reference

#endif // MLC_REFERENCE_REFERENCERUN_H
