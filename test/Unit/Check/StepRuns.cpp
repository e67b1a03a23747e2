//===- StepRuns.cpp - Steps, interpreted and compiled ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepRuns.h"

#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>
#include <memory>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

std::vector<float> mlc::someNumbers(size_t count, uint32_t state) {
  std::vector<float> numbers;
  for (size_t i = 0; i < count; ++i) {
    state = state * 1664525 + 1013904223;
    numbers.push_back(static_cast<float>(state >> 8) / 0x1p23f - 1);
  }
  return numbers;
}

Reals mlc::asReals(const Shape &shape, const std::vector<float> &numbers) {
  return {shape, {numbers.begin(), numbers.end()}};
}

StepOutputs mlc::interpret(ModuleOp module, StringRef step,
                           const StepInputs &inputs) {
  OwningOpRef<ModuleOp> copy(module.clone());
  PassManager manager(module.getContext());
  addAutodiffPasses(manager);
  manager.addPass(createMakeExplanation());
  EXPECT_TRUE(succeeded(manager.run(*copy)));
  EXPECT_FALSE(copy->lookupSymbol(steps::kTrain));
  StepFunction function(copy->lookupSymbol<func::FuncOp>(step));
  FailureOr<StepOutputs> outputs = function.run(inputs);
  EXPECT_TRUE(succeeded(outputs));
  return *outputs;
}

void mlc::callEntry(const MlcEntryPoint &entry, MlcCall call,
                    int64_t nonzeros) {
  constexpr size_t alignment = 64;
  std::vector<char> workspace(entry.workspace.shared + entry.workspace.own +
                              entry.workspace.own_per_nonzero * nonzeros +
                              alignment);
  void *aligned = workspace.data();
  size_t space = workspace.size();
  call.workspace = std::align(alignment, 1, aligned, space);
  call.capacities = &nonzeros;
  call.workers = call.ranks = 1;
  entry.function(&call);
}
