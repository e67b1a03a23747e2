//===- OutlineLoops.cpp - A function for each loop of a step --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlc {
#define GEN_PASS_DEF_OUTLINELOOPS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;

namespace {

/// Whether a value of this type goes through a call as it is. (A vector may be
/// larger than what registers hold.)
bool isPassable(Type type) {
  return isa<MemRefType, LLVM::LLVMPointerType>(type) ||
         type.isIntOrIndexOrFloat();
}

class OutlineLoopsPass : public mlc::impl::OutlineLoopsBase<OutlineLoopsPass> {
  void runOnOperation() override {
    for (auto step : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (!step.isExternal() && failed(outline(step)))
        return signalPassFailure();
  }

  static LogicalResult outline(func::FuncOp step) {
    int64_t number = 0;
    for (Operation &op : llvm::make_early_inc_range(
             step.getBody().front().without_terminator()))
      if (isOutlined(op)) {
        std::string name = (step.getName() + "_" + llvm::Twine(number++)).str();
        if (failed(outline(&op, name)))
          return failure();
      }
    return success();
  }

  static bool isOutlined(Operation &op) {
    if (!isa<scf::ForOp, scf::IfOp, linalg::LinalgOp>(op) ||
        !llvm::all_of(op.getResultTypes(), isPassable))
      return false;
    // Workers meet in the step itself.
    if (op.walk([](func::CallOp) {
            return WalkResult::interrupt();
          }).wasInterrupted())
      return false;
    SetVector<Value> captured(op.operand_begin(), op.operand_end());
    getUsedValuesDefinedAbove(op.getRegions(), captured);
    return llvm::all_of(captured, [](Value value) {
      return isPassable(value.getType()) || isConstant(value);
    });
  }

  static bool isConstant(Value value) {
    Operation *op = value.getDefiningOp();
    return op && op->hasTrait<OpTrait::ConstantLike>();
  }

  static LogicalResult outline(Operation *op, StringRef name) {
    IRRewriter rewriter(op);
    Location loc = op->getLoc();
    auto region =
        scf::ExecuteRegionOp::create(rewriter, loc, op->getResultTypes());
    rewriter.replaceAllUsesWith(op->getResults(), region.getResults());
    Block *body = rewriter.createBlock(&region.getRegion());
    rewriter.moveOpBefore(op, body, body->end());
    rewriter.setInsertionPointToEnd(body);
    scf::YieldOp::create(rewriter, loc, op->getResults());
    takeConstants(rewriter, region);

    func::CallOp call;
    rewriter.setInsertionPoint(region);
    FailureOr<func::FuncOp> function = outlineSingleBlockRegion(
        rewriter, loc, region.getRegion(), name, &call);
    if (failed(function))
      return failure();
    // Of the region, the call is left.
    rewriter.moveOpBefore(call, region);
    rewriter.replaceAllUsesWith(region.getResults(), call.getResults());
    rewriter.eraseOp(region);
    setAttributes(*function);
    return success();
  }

  /// Constants become the function's own.
  static void takeConstants(RewriterBase &rewriter,
                            scf::ExecuteRegionOp region) {
    SetVector<Value> captured;
    getUsedValuesDefinedAbove(region.getRegion(), captured);
    rewriter.setInsertionPointToStart(&region.getRegion().front());
    for (Value value : captured)
      if (isConstant(value)) {
        Operation *own = rewriter.clone(*value.getDefiningOp());
        replaceAllUsesInRegionWith(value, own->getResult(0),
                                   region.getRegion());
      }
  }

  static void setAttributes(func::FuncOp function) {
    MLIRContext *context = function.getContext();
    function.setPrivate();
    function->setAttr("llvm.linkage",
                      LLVM::LinkageAttr::get(context, LLVM::Linkage::Internal));
    // Upstream's conversion drops `no_inline`, but hands this on to LLVM.
    function->setAttr(
        "passthrough",
        ArrayAttr::get(context, StringAttr::get(context, "noinline")));
  }
};

} // namespace
