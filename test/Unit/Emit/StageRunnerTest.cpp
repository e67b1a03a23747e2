//===- StageRunnerTest.cpp - Invalid IR goes no further -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/StageRunner.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

#include <string>

using namespace mlc;
using namespace mlir;

namespace {

/// Adds a function without a terminator, or takes all functions away.
struct Rewrite : PassWrapper<Rewrite, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Rewrite)

  explicit Rewrite(bool breaks) : breaks(breaks) {}
  StringRef getName() const override { return breaks ? "break" : "mend"; }
  void runOnOperation() override {
    if (!breaks)
      return getOperation().getBody()->clear();
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    func::FuncOp::create(builder, builder.getUnknownLoc(), "f",
                         builder.getFunctionType({}, {}))
        .addEntryBlock();
  }

  bool breaks;
};

class StageRunnerTest : public testing::Test {
protected:
  StageRunnerTest()
      : context(MLIRContext::Threading::DISABLED),
        module(ModuleOp::create(UnknownLoc::get(&context))),
        handler(&context,
                [this](Diagnostic &said) { messages += said.str() + "\n"; }) {
    context.loadDialect<func::FuncDialect>();
  }

  /// Runs a stage of a pass that breaks the IR and, if asked, one that mends
  /// it.
  LogicalResult run(Verify verified, bool mends) {
    StageRunner stages(TimeDetail::None, verified);
    return stages.run("tile", *module, [&](OpPassManager &manager) {
      manager.addPass(std::make_unique<Rewrite>(/*breaks=*/true));
      if (mends)
        manager.addPass(std::make_unique<Rewrite>(/*breaks=*/false));
    });
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::string messages;
  ScopedDiagnosticHandler handler;
};

TEST_F(StageRunnerTest, StageOfInvalidIrFails) {
  EXPECT_TRUE(failed(run(Verify::Stages, /*mends=*/false)));
  EXPECT_NE(messages.find("the stage 'tile' has made invalid IR"),
            std::string::npos)
      << messages;
}

TEST_F(StageRunnerTest, PassesOfAStageTrustEachOther) {
  EXPECT_TRUE(succeeded(run(Verify::Stages, /*mends=*/true))) << messages;
}

TEST_F(StageRunnerTest, EachPassIsVerifiedIfAsked) {
  EXPECT_TRUE(failed(run(Verify::Passes, /*mends=*/true)));
}

} // namespace
