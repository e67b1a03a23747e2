//===- GpuPipeline.cpp - The stages of compilation for a GPU --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The stages of lib/Pipeline.cpp with what a GPU needs in their place:
// README.md beside this file says why.

#include "mlc/GpuPasses.h"
#include "mlc/Passes.h"

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

static void addAutodiff(OpPassManager &manager, const GpuOptions &) {
  buildPipeline(manager, Stage::Autodiff, PipelineOptions());
}

static void addLinalg(OpPassManager &manager, const GpuOptions &) {
  manager.nest<func::FuncOp>().addPass(createGraphToLinalg());
  manager.addPass(createCountScores());
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createConvertElementwiseToLinalgPass());
  addCleanup(function);
  function.addPass(createFuseElementwise());
  addCleanup(function);
}

/// Every op becomes one that computes an element by itself.
static void addElements(OpPassManager &function) {
  function.addPass(createCsrAsLoops());
  function.addPass(createSumsAsLoops());
  addCleanup(function);
  function.addPass(createFuseElementwise());
  addCleanup(function);
  function.addPass(createFuseMultiplyAdd());
  function.addPass(createApproximateMath());
  // Without vectors: only divisions as they are written.
  function.addPass(createRefineReciprocals({/*lanes=*/1}));
}

/// The training step for `mlc-chip-step`: loops over shards, as on a CPU, and
/// in them ops that compute an element by itself.
static void addChipTile(OpPassManager &manager, GpuSteps steps) {
  manager.addPass(createChipStep({/*required=*/steps == GpuSteps::Chip}));
  OpPassManager &function = manager.nest<ModuleOp>().nest<func::FuncOp>();
  function.addPass(createUpdateInPlace());
  addCleanup(function);
  function.addPass(createDropUnitDims());
  addCleanup(function);
  function.addPass(createTileShards({Gemm::Generated, /*registers=*/32}));
  addCleanup(function);
  addElements(function);
  addCleanup(function);
  function.addPass(createSeparateBuffers());
  // Loops write to their parts of results, not to memory of their own.
  function.addPass(bufferization::createEmptyTensorEliminationPass());
  addCleanup(function);
}

/// Large products go to a library; every other op becomes one that computes an
/// element by itself.
static void addTile(OpPassManager &manager, const GpuOptions &options) {
  if (options.steps == GpuSteps::Auto || options.steps == GpuSteps::Chip)
    addChipTile(manager, options.steps);
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createLibraryProducts({options.gemm, options.steps}));
  addCleanup(function);
  addElements(function);
  function.addPass(createUpdateInPlace());
  addCleanup(function);
}

static void addBufferize(OpPassManager &manager, const GpuOptions &) {
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.dialectFilter = {"affine", "arith", "bufferization", "linalg",
                             "memref", "scf",   "tensor",        "blas"};
  manager.nest<func::FuncOp>().addPass(createSeparateBuffers());
  // Upstream's pass finds what is still read in a module inside of its own, but
  // makes no copy there.
  OpPassManager &chip = manager.nest<ModuleOp>();
  chip.nest<func::FuncOp>().addPass(createSeparateBuffers());
  chip.addPass(bufferization::createOneShotBufferizePass(bufferize));
  manager.addPass(bufferization::createOneShotBufferizePass(bufferize));
  addCleanup(manager);
  addCleanup(manager); // what has become a copy to itself
}

/// One program for all blocks, and what each keeps on the chip.
static void addChipSpmd(OpPassManager &manager, GpuSteps steps) {
  OpPassManager &chip = manager.nest<ModuleOp>();
  chip.nest<func::FuncOp>().addPass(createStepNumbers());
  chip.addPass(createPlaceBarriers());
  chip.addPass(createChipMemory({/*required=*/steps == GpuSteps::Chip}));
  OpPassManager &function = chip.nest<func::FuncOp>();
  function.addPass(createPlanWorkspace());
  function.addPass(createSpmdWorkers());
  chip.addPass(createExchangeToBarrier());
  chip.nest<func::FuncOp>().addPass(createBlockBarriers());
}

/// Which launch does what, and where everything lies.
static void addSpmd(OpPassManager &manager, const GpuOptions &options) {
  addChipSpmd(manager, options.steps);
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

using StageBuilder = void (*)(OpPassManager &, const GpuOptions &);
static constexpr StageBuilder kStages[] = {addAutodiff, addLinalg, addTile,
                                           addBufferize, addSpmd};

void mlc::addKernels(OpPassManager &manager, const GpuOptions &options) {
  for (StageBuilder stage : kStages)
    stage(manager, options);
  manager.addPass(createKernels({options.steps}));
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
                           const GpuOptions &options) {
  if (last == Stage::Lowering) {
    addKernels(manager, options);
    addKernelsToNvvm(manager);
    return;
  }
  for (int stage = 1; stage <= static_cast<int>(last); ++stage)
    kStages[stage - 1](manager, options);
}
