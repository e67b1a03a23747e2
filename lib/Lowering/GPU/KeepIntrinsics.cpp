//===- KeepIntrinsics.cpp - Square roots as instructions ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/GpuPasses.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace mlc {
#define GEN_PASS_DEF_KEEPINTRINSICS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;

namespace {

class KeepIntrinsicsPass
    : public mlc::impl::KeepIntrinsicsBase<KeepIntrinsicsPass> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<LLVM::SqrtOp, LLVM::FAbsOp, LLVM::FFloorOp, LLVM::FCeilOp,
              LLVM::RoundOp, LLVM::RoundEvenOp>(op))
        ops.push_back(op);
    });
    constexpr StringRef prefix = "llvm.intr.";
    for (Operation *op : ops) {
      OpBuilder b(op);
      Type type = op->getResult(0).getType();
      std::string name =
          ("llvm." + op->getName().getStringRef().drop_front(prefix.size()) +
           (type.isF64() ? ".f64" : ".f32"))
              .str();
      auto call = LLVM::CallIntrinsicOp::create(
          b, op->getLoc(), type, b.getStringAttr(name), op->getOperands());
      op->replaceAllUsesWith(call);
      op->erase();
    }
  }
};

} // namespace
