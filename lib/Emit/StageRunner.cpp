//===- StageRunner.cpp - Runs, checks and measures stages -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageRunner.h"

#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace mlc;

StageRunner::StageRunner(TimeDetail detail, Verify verified)
    : detail_(detail), verified_(verified) {
  manager_.setEnabled(detail != TimeDetail::None);
  manager_.setDisplayMode(DefaultTimingManager::DisplayMode::Tree);
  total_ = manager_.getRootScope();
}

// The manager prints when it is destroyed.
StageRunner::~StageRunner() { total_.stop(); }

LogicalResult StageRunner::run(StringRef name, ModuleOp module,
                               function_ref<void(OpPassManager &)> build) {
  TimingScope scope = stage(name);
  PassManager manager(module.getContext());
  if (detail_ == TimeDetail::Passes)
    manager.enableTiming(scope);
  manager.enableVerifier(verified_ == Verify::Passes);
  build(manager);
  if (failed(manager.run(module)))
    return failure();
  if (verified_ == Verify::Passes || succeeded(verify(module)))
    return success();
  return module.emitError() << "the stage '" << name
                            << "' has made invalid IR, a fault of the "
                               "compiler; --verify-each names the pass";
}
