//===- StageTimes.h - Where a compilation's time goes -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_STAGETIMES_H
#define MLC_LIB_EMIT_STAGETIMES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"

namespace mlc {

/// Which times `mlc compile --timing` prints.
enum class TimeDetail { None, Stages, Passes };

/// Measures the stages of a compilation. Prints them to standard error, in the
/// order in which they began, when it is destroyed; no stage may be running
/// then. One of the detail `None` measures and prints nothing.
class StageTimes {
public:
  explicit StageTimes(TimeDetail detail = TimeDetail::None);
  ~StageTimes();

  /// Measures until the result is destroyed. Times of stages with one name are
  /// added.
  mlir::TimingScope stage(llvm::StringRef name) { return total.nest(name); }

  /// Runs the passes that `build` adds, as one stage.
  llvm::LogicalResult
  run(llvm::StringRef name, mlir::ModuleOp module,
      llvm::function_ref<void(mlir::OpPassManager &)> build);

private:
  TimeDetail detail;
  mlir::DefaultTimingManager manager;
  mlir::TimingScope total;
};

} // namespace mlc

#endif // MLC_LIB_EMIT_STAGETIMES_H
