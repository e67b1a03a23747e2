//===- StageRunner.h - Runs, checks and measures stages ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_STAGERUNNER_H
#define MLC_LIB_EMIT_STAGERUNNER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"

namespace mlc {

/// Which times `mlc compile --timing` prints.
enum class TimeDetail { None, Stages, Passes };

/// After what the IR is verified. Passes trust each other within a stage, where
/// verification takes a sixth of the compilation's time; no stage trusts
/// another. mlc-opt and mlc-smith verify after each pass.
enum class Verify { Stages, Passes };

/// Runs the stages of a compilation, verifies what they make, and measures
/// them. Prints the times to standard error, in the order in which the stages
/// began, when it is destroyed; no stage may be running then. One of the detail
/// `None` measures and prints nothing.
class StageRunner {
public:
  explicit StageRunner(TimeDetail detail = TimeDetail::None,
                       Verify verified = Verify::Stages);
  ~StageRunner();

  /// Measures until the result is destroyed. Times of stages with one name are
  /// added.
  mlir::TimingScope stage(llvm::StringRef name) { return total_.nest(name); }

  /// Runs the passes that `build` adds, as one stage. IR that does not verify
  /// is reported as a fault of the compiler, and is a failure.
  llvm::LogicalResult
  run(llvm::StringRef name, mlir::ModuleOp module,
      llvm::function_ref<void(mlir::OpPassManager &)> build);

private:
  TimeDetail detail_;
  Verify verified_;
  mlir::DefaultTimingManager manager_;
  mlir::TimingScope total_;
};

} // namespace mlc

#endif // MLC_LIB_EMIT_STAGERUNNER_H
