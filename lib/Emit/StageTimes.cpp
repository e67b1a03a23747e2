//===- StageTimes.cpp - Where a compilation's time goes -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageTimes.h"

using namespace mlir;
using namespace mlc;

StageTimes::StageTimes(TimeDetail detail) : detail(detail) {
  manager.setEnabled(detail != TimeDetail::None);
  manager.setDisplayMode(DefaultTimingManager::DisplayMode::Tree);
  total = manager.getRootScope();
}

// The manager prints when it is destroyed.
StageTimes::~StageTimes() { total.stop(); }

LogicalResult StageTimes::run(StringRef name, ModuleOp module,
                              function_ref<void(OpPassManager &)> build) {
  TimingScope scope = stage(name);
  PassManager manager(module.getContext());
  if (detail == TimeDetail::Passes)
    manager.enableTiming(scope);
  build(manager);
  return manager.run(module);
}
