//===- GpuPipeline.cpp - The stages of compilation for a GPU --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The stages of lib/Pipeline.cpp with what a GPU needs in their place:
// README.md beside this file says why.

#include "mlc/Passes.h"
#include "mlc/Pipeline.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Affine/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlc;

static void addCleanup(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

static void addAutodiff(OpPassManager &manager) {
  buildPipeline(manager, Stage::Autodiff, PipelineOptions());
}

static void addLinalg(OpPassManager &manager) {
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createGraphToLinalg());
  function.addPass(createConvertElementwiseToLinalgPass());
  addCleanup(function);
  function.addPass(createFuseElementwise());
  addCleanup(function);
}

/// Every op becomes one that computes an element by itself.
static void addTile(OpPassManager &manager) {
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createCsrAsLoops());
  function.addPass(createSumsAsLoops());
  addCleanup(function);
  function.addPass(createFuseElementwise());
  addCleanup(function);
  function.addPass(createFuseMultiplyAdd());
  function.addPass(createApproximateMath());
  // Without vectors: only divisions as they are written.
  function.addPass(createRefineReciprocals({/*lanes=*/1}));
  function.addPass(createUpdateInPlace());
  addCleanup(function);
}

static void addBufferize(OpPassManager &manager) {
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.dialectFilter = {"affine", "arith", "bufferization", "linalg",
                             "memref", "scf",   "tensor"};
  manager.nest<func::FuncOp>().addPass(createSeparateBuffers());
  manager.addPass(bufferization::createOneShotBufferizePass(bufferize));
  addCleanup(manager);
  addCleanup(manager); // what has become a copy to itself
}

/// Which launch does what, and where everything lies.
static void addSpmd(OpPassManager &manager) {
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createStepNumbers());
  function.addPass(createLaunchLevels());
  // No clean-up, which would dissolve the loop of the one thread.
  function.addPass(createPlanWorkspace());
}

namespace {

/// Upstream's conversion to NVVM has square roots and the like call libdevice,
/// which only a CUDA toolkit has, although PTX has instructions for them: as
/// calls of LLVM's intrinsics it leaves them alone.
struct KeepIntrinsics
    : PassWrapper<KeepIntrinsics, OperationPass<gpu::GPUModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(KeepIntrinsics)
  StringRef getArgument() const final { return "mlc-keep-intrinsics"; }

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

void mlc::addKernels(OpPassManager &manager, GpuSteps steps) {
  addAutodiff(manager);
  addLinalg(manager);
  addTile(manager);
  addBufferize(manager);
  addSpmd(manager);
  manager.addPass(createKernels({steps}));
}

void mlc::addKernelsToNvvm(OpPassManager &manager) {
  OpPassManager &kernels = manager.nest<gpu::GPUModuleOp>();
  kernels.addPass(createGridBarriers());
  addCleanup(kernels);
  kernels.addPass(createLoopInvariantCodeMotionPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(affine::createAffineExpandIndexOpsPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(createConvertMathToLLVMPass());
  kernels.addPass(std::make_unique<KeepIntrinsics>());
  kernels.addPass(createConvertGpuOpsToNVVMOps());
  kernels.addPass(createArithToLLVMConversionPass());
  kernels.addPass(createConvertIndexToLLVMPass());
  kernels.addPass(createUBToLLVMConversionPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  addCleanup(kernels);
}

void mlc::buildGpuPipeline(OpPassManager &manager, Stage last,
                           const PipelineOptions &options) {
  if (last == Stage::Lowering) {
    addKernels(manager, options.gpuSteps);
    addKernelsToNvvm(manager);
    return;
  }
  using StageBuilder = void (*)(OpPassManager &);
  static constexpr StageBuilder stages[] = {addAutodiff, addLinalg, addTile,
                                            addBufferize, addSpmd};
  for (int stage = 1; stage <= static_cast<int>(last); ++stage)
    stages[stage - 1](manager);
}
