//===- Check.h - Compiled against reference, step by step -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_CHECK_H
#define MLC_CHECK_CHECK_H

#include "lib/Check/JitProgram.h"
#include "lib/Check/RoundingCloud.h"
#include "lib/Reference/ReferenceRun.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlc {

struct CheckOptions {
  reference::ReferenceOptions run;
  JitOptions compile;
  /// `cpu`, or the GPU that runs the program: `cuda`, `cuda:1`. Then `compile`
  /// has GPUs to make kernels for.
  std::string device = "cpu";
  /// Each number of threads must give the same bits,
  std::vector<int64_t> threads = {1, 2, 3, 4, 8};
  /// and so must each number of workers that take turns, in both orders, and in
  /// each number of ranks that the program is for and that divides it.
  std::vector<int64_t> turns = {2, 3, 8};
  /// Whether the first op that differs is looked for, which takes some
  /// compiling.
  bool findOp = false;
};

struct CheckResult {
  /// What differs and where first; empty where all agrees.
  std::string difference;
  /// The first op that differs (see OpSearch), where it was looked for and
  /// found.
  std::string op;
  int64_t steps = 0;     ///< That were compared.
  double quotient = 0;   ///< The largest of any Distance that was seen.
  std::string farthest;  ///< That distance in words.
  bool diverged = false; ///< The reference itself left what f32 can hold.
};

/// Compiles `model`, trains, evaluates and predicts with it in this process,
/// and compares:
/// - each training step with one step of the f64 reference from the compiled
///   program's own parameters and states before it: loss, parameters and states
///   must lie in the RoundingCloud of that step, so errors neither add up over
///   steps nor hide;
/// - with the last weights, each batch of evaluation and prediction, likewise;
/// - runs of several steps a call, of each number of threads and of workers
/// that
///   take turns (Turns.h), with the first run, bit for bit.
/// Where a number lies outside, the cloud is made again of many more samples;
/// only a number outside that one is a difference.
///
/// Fails as runReference and `mlc compile` do: where a file does not suit the
/// model or the model does not compile.
llvm::Expected<CheckResult> checkModel(mlir::ModuleOp model,
                                       const CheckOptions &options);

} // namespace mlc

#endif // MLC_CHECK_CHECK_H
