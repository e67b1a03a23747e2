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
    : detail(detail), verified(verified) {
  manager.setEnabled(detail != TimeDetail::None);
  manager.setDisplayMode(DefaultTimingManager::DisplayMode::Tree);
  total = manager.getRootScope();
}

// The manager prints when it is destroyed.
StageRunner::~StageRunner() { total.stop(); }

LogicalResult StageRunner::run(StringRef name, ModuleOp module,
                               function_ref<void(OpPassManager &)> build) {
  TimingScope scope = stage(name);
  PassManager manager(module.getContext());
  if (detail == TimeDetail::Passes)
    manager.enableTiming(scope);
  manager.enableVerifier(verified == Verify::Passes);
  build(manager);
  if (failed(manager.run(module)))
    return failure();
  if (verified == Verify::Passes || succeeded(verify(module)))
    return success();
  return module.emitError() << "the stage '" << name
                            << "' has made invalid IR, a fault of the "
                               "compiler; --verify-each names the pass";
}
