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
#include "mlc/Stages.h"

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

/// Whether the training step may become a kernel that keeps its shards on the
/// chip, beside the launches.
static bool mayBeChip(const GpuStageOptions &options) {
  return options.steps == GpuSteps::Auto || options.steps == GpuSteps::Chip;
}

/// Every product and sum becomes an op that computes an element by itself.
static void addElementLoops(OpPassManager &function) {
  function.addPass(createCsrAsLoops());
  function.addPass(createSumsAsLoops());
  addCleanup(function);
  function.addPass(createFuseElementwise());
  addCleanup(function);
}

/// Graph ops become loops on tensors: large products a library's, and others
/// loops over their terms in the body of an element. Beside them stands a copy
/// of the training step for `mlc-chip-step`, whose products are still whole.
static void addGpuLinalg(OpPassManager &manager,
                         const GpuStageOptions &options) {
  OpPassManager &rows = manager.nest<func::FuncOp>();
  rows.addPass(createGraphToLinalg());
  rows.addPass(createConvertElementwiseToLinalgPass());
  rows.addPass(createCollapseDims());
  manager.addPass(createCountScores());
  OpPassManager &loops = manager.nest<func::FuncOp>();
  addCleanup(loops);
  loops.addPass(createFuseElementwise());
  addCleanup(loops);
  if (mayBeChip(options)) {
    manager.addPass(createChipStep({options.steps == GpuSteps::Chip}));
    OpPassManager &chip = manager.nest<ModuleOp>().nest<func::FuncOp>();
    chip.addPass(createUpdateInPlace());
    addCleanup(chip);
  }
  OpPassManager &launches = manager.nest<func::FuncOp>();
  launches.addPass(createLibraryProducts({options.gemm, options.steps}));
  addCleanup(launches);
  addElementLoops(launches);
  launches.addPass(createUpdateInPlace());
  addCleanup(launches);
}

/// Loops over shards for the chip, as on a CPU, in which elements are computed
/// as elsewhere.
static void addGpuTile(OpPassManager &manager, const GpuStageOptions &options) {
  if (mayBeChip(options)) {
    OpPassManager &chip = manager.nest<ModuleOp>().nest<func::FuncOp>();
    chip.addPass(createDropUnitDims());
    addCleanup(chip);
    chip.addPass(
        createPlanSplits({Gemm::Generated, VectorUnit::avx512().registers}));
    chip.addPass(createTileShards());
    addCleanup(chip);
    addElementLoops(chip);
    chip.addPass(createFuseMultiplyAdd());
    addCleanup(chip);
    chip.addPass(createSeparateBuffers());
    // Loops write to their parts of results, not to memory of their own.
    chip.addPass(bufferization::createEmptyTensorEliminationPass());
    addCleanup(chip);
    chip.addPass(createSeparateBuffers());
  }
  OpPassManager &launches = manager.nest<func::FuncOp>();
  launches.addPass(createFuseMultiplyAdd());
  addCleanup(launches);
  launches.addPass(createSeparateBuffers());
}

static void addGpuBufferize(OpPassManager &manager) {
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.dialectFilter = {"affine", "arith", "bufferization", "linalg",
                             "memref", "scf",   "tensor",        "blas"};
  // Upstream's pass finds what is still read in a module inside of its own, but
  // makes no copy there.
  manager.nest<ModuleOp>().addPass(
      bufferization::createOneShotBufferizePass(bufferize));
  manager.addPass(bufferization::createOneShotBufferizePass(bufferize));
  addCleanup(manager);
  addCleanup(manager); // what has become a copy to itself
}

/// One program for all blocks, and what each keeps on the chip.
static void addChipSpmd(OpPassManager &manager,
                        const GpuStageOptions &options) {
  OpPassManager &chip = manager.nest<ModuleOp>();
  chip.nest<func::FuncOp>().addPass(createStepNumbers());
  chip.addPass(createRowOwners());
  chip.addPass(createPlaceBarriers());
  chip.addPass(createExchangeToWords());
  chip.addPass(createChipMemory({options.steps == GpuSteps::Chip}));
  OpPassManager &function = chip.nest<func::FuncOp>();
  function.addPass(createPlanWorkspace());
  function.addPass(createSpmdWorkers());
  chip.addPass(createExchangeToBarrier());
  chip.nest<func::FuncOp>().addPass(createBlockBarriers());
}

/// Which launch does what, and where everything lies.
static void addGpuSpmd(OpPassManager &manager, const GpuStageOptions &options) {
  addChipSpmd(manager, options);
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createStepNumbers());
  function.addPass(createLaunchLevels());
  // No clean-up, which would dissolve the loop of the one thread.
  function.addPass(createPlanWorkspace());
}

/// Divisions as they are written, since there are no vectors of CPUs.
static constexpr int64_t kPlainDivisions = 1;

/// Functions as polynomials, on the way to kernels.
static void addArithmetic(OpPassManager &function) {
  function.addPass(createApproximateMath());
  function.addPass(createRefineReciprocals({kPlainDivisions}));
}

/// Steps become kernels.
static void addKernels(OpPassManager &manager, const GpuStageOptions &options) {
  addArithmetic(manager.nest<ModuleOp>().nest<func::FuncOp>());
  addArithmetic(manager.nest<func::FuncOp>());
  manager.addPass(createKernels({options.steps}));
}

static void addGpuLowering(OpPassManager &manager,
                           const GpuStageOptions &options) {
  addKernels(manager, options);
  addKernelsToNvvm(manager);
}

static void addGpuStage(OpPassManager &manager, Stage stage,
                        const GpuStageOptions &options) {
  switch (stage) {
  case Stage::Graph: // the model as it was read
    return;
  case Stage::Autodiff:
    return addAutodiff(manager);
  case Stage::Linalg:
    return addGpuLinalg(manager, options);
  case Stage::Tile:
    return addGpuTile(manager, options);
  case Stage::Bufferize:
    return addGpuBufferize(manager);
  case Stage::Spmd:
    return addGpuSpmd(manager, options);
  case Stage::Lowering:
    return addGpuLowering(manager, options);
  }
}

void mlc::addKernels(OpPassManager &manager, const GpuOptions &options) {
  buildGpuPipeline(manager, Stage::Spmd, options);
  ::addKernels(manager, GpuStageOptions(options));
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
  kernels.addPass(createKeepIntrinsics());
  kernels.addPass(createConvertGpuOpsToNVVMOps());
  kernels.addPass(createArithToLLVMConversionPass());
  kernels.addPass(createConvertIndexToLLVMPass());
  kernels.addPass(createUBToLLVMConversionPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  addCleanup(kernels);
}

void mlc::buildGpuPipeline(OpPassManager &manager, Stage last,
                           const GpuOptions &options) {
  const GpuStageOptions all(options);
  for (int stage = 0; stage <= static_cast<int>(last); ++stage)
    addGpuStage(manager, static_cast<Stage>(stage), all);
}

void mlc::registerGpuPipelines() {
  PassPipelineRegistration<GpuStageOptions>(
      "mlc-gpu-linalg-stage", "from graph ops to loops on tensors",
      addGpuLinalg);
  PassPipelineRegistration<GpuStageOptions>(
      "mlc-gpu-tile-stage", "from loops on tensors to elements", addGpuTile);
  PassPipelineRegistration<>("mlc-gpu-bufferize-stage",
                             "from tensors to memory", addGpuBufferize);
  PassPipelineRegistration<GpuStageOptions>(
      "mlc-gpu-spmd-stage", "from steps to what waits for what", addGpuSpmd);
  PassPipelineRegistration<GpuStageOptions>(
      "mlc-gpu-lowering-stage", "from steps to kernels in NVVM's dialect",
      addGpuLowering);
}
