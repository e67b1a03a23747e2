//===- Pipeline.cpp - The stages of compilation ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The table of contents: each stage is one function.

#include "mlc/Pipeline.h"
#include "mlc/GpuPasses.h"
#include "mlc/Passes.h"
#include "mlc/Stages.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Affine/Transforms/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Dialect/Vector/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlc;

void mlc::addCleanup(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void mlc::addAutodiffPasses(OpPassManager &manager) {
  manager.addPass(createForwardSteps());
  manager.addPass(createMakeGradients());
  // What changes gradients before the optimiser sees them stands here.
  manager.addPass(createMakePrivate());
  manager.addPass(createAccumulateGradients());
  manager.addPass(createClipGradients());
  manager.addPass(createApplyOptimizer());
}

/// Forward and loss become the steps of training, evaluation, prediction.
void mlc::addAutodiff(OpPassManager &manager) {
  addAutodiffPasses(manager);
  addCleanup(manager);
}

/// A program for a CPU explains predictions, too.
static void addCpuAutodiff(OpPassManager &manager) {
  addAutodiffPasses(manager);
  manager.addPass(createMakeExplanation());
  addCleanup(manager);
}

/// Graph ops become loops on tensors; what is element-wise becomes one loop.
static void addLinalg(OpPassManager &manager,
                      const LinalgStageOptions &options) {
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createGraphToLinalg());
  function.addPass(createConvertElementwiseToLinalgPass());
  addCleanup(function);
  function.addPass(createCollapseDims());
  function.addPass(createFuseElementwise());
  addCleanup(function);
  function.addPass(createUpdateInPlace());
  addCleanup(function);
  function.addPass(createCountMultiplications());
  if (options.profile)
    function.addPass(createNoteWork());
}

/// Sizes of slices and of what loops make follow from those of arguments, of
/// which masks are made.
static void addSizeCleanup(OpPassManager &function) {
  function.addPass(memref::createResolveRankedShapeTypeResultDimsPass());
  function.addPass(createSCFForLoopCanonicalizationPass());
  addCleanup(function);
}

/// Vector code: tiles that registers hold, and then what computes them.
static void addVectorCode(OpPassManager &manager,
                          const TileStageOptions &options) {
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createBlockTerms());
  function.addPass(createRegisterTiles({options.lanes, options.registers}));
  addSizeCleanup(function);
  function.addPass(createTouchedRows());
  function.addPass(createVectorize({options.lanes, options.hasByteProducts}));
  function.addPass(vector::createLowerVectorMaskPass());
  addSizeCleanup(function);
  function.addPass(createLowerMasks());
  addSizeCleanup(function);
}

/// Loops over shards, and vector code inside them.
static void addTile(OpPassManager &manager, const TileStageOptions &options) {
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createDropUnitDims());
  addCleanup(function);
  function.addPass(createPlanSplits({options.gemm, options.registers}));
  function.addPass(createTileShards());
  function.addPass(createSampledProducts());
  function.addPass(createFuseMultiplyAdd({options.hasFma}));
  addCleanup(function);
  function.addPass(createSeparateBuffers());
  addVectorCode(manager, options);
  manager.nest<func::FuncOp>().addPass(createSeparateBuffers());
}

/// Tensors become memory: the caller's, or a piece of one workspace.
static void addBufferize(OpPassManager &manager) {
  bufferization::OneShotBufferizePassOptions bufferize;
  // The program itself keeps its tensors: it is only a description now.
  bufferize.dialectFilter = {"affine", "arith", "bufferization", "linalg",
                             "memref", "scf",   "tensor",        "vector"};
  manager.addPass(bufferization::createOneShotBufferizePass(bufferize));
  // A loop's memory is the same in each of its iterations.
  manager.nest<func::FuncOp>().addPass(
      bufferization::createBufferLoopHoistingPass());
  addCleanup(manager);
  addCleanup(manager); // what has become a copy to itself
}

/// Foralls become one program that every worker runs.
static void addSpmd(OpPassManager &manager, const SpmdStageOptions &options) {
  manager.addPass(createPlaceBarriers());
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createPackParts());
  function.addPass(createPlanWorkspace());
  function.addPass(createSpmdWorkers());
  manager.addPass(createExchangeToBarrier());
  addCleanup(manager);
  if (options.profile)
    manager.addPass(createProfileStep());
}

static void addDescriptor(OpPassManager &manager,
                          const LoweringStageOptions &options) {
  EntryPointsOptions entry;
  entry.target = options.target;
  entry.features = options.features;
  entry.modelHash = options.modelHash;
  entry.compilerHash = options.compilerHash;
  entry.hasEntries = options.hasEntries;
  entry.hasKernels = options.hasKernels;
  manager.addPass(createEntryPoints(entry));
}

void mlc::addDescriptor(OpPassManager &manager,
                        const PipelineOptions &options) {
  ::addDescriptor(manager, LoweringStageOptions(options));
}

/// Loops on memrefs become LLVM's dialect.
static void addToLlvm(OpPassManager &manager) {
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createSCFToControlFlowPass());
  manager.nest<func::FuncOp>().addPass(createWeighSums());
  manager.addPass(arith::createArithExpandOpsPass());
  manager.addPass(createConvertVectorToLLVMPass());
  manager.addPass(createConvertMathToLLVMPass());
  manager.addPass(createConvertMathToLibmPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createConvertIndexToLLVMPass());
  manager.addPass(createConvertFuncToLLVMPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createUBToLLVMConversionPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  addCleanup(manager);
}

void mlc::addKernelsToCpu(OpPassManager &manager) {
  manager.addPass(createEmulateKernels());
  addCleanup(manager);
  manager.nest<func::FuncOp>().addPass(
      affine::createAffineExpandIndexOpsPass());
  addToLlvm(manager);
}

/// Loops and vectors become LLVM's dialect, steps the runtime's entry points.
static void addLowering(OpPassManager &manager,
                        const LoweringStageOptions &options) {
  manager.addPass(createOutlineLoops());
  manager.addPass(func::createDuplicateFunctionEliminationPass());
  manager.addPass(createGemmToBlas());
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createConvertLinalgToLoopsPass());
  function.addPass(createApproximateMath());
  function.addPass(createRefineReciprocals({options.lanes}));
  function.addPass(createPrefetchRows());
  function.addPass(createPrefetchTiles());
  function.addPass(memref::createFoldMemRefAliasOpsPass());
  VectorTransferToSCFOptions transfers;
  transfers.enableFullUnroll();
  function.addPass(createConvertVectorToSCFPass(transfers));
  addCleanup(function);
  function.addPass(createSinkReads());
  ::addDescriptor(manager, options);
  addToLlvm(manager);
}

static void addStage(OpPassManager &manager, Stage stage,
                     const PipelineOptions &options) {
  switch (stage) {
  case Stage::Graph: // the model as it was read
    return;
  case Stage::Autodiff:
    return addCpuAutodiff(manager);
  case Stage::Linalg:
    return addLinalg(manager, LinalgStageOptions(options));
  case Stage::Tile:
    return addTile(manager, TileStageOptions(options));
  case Stage::Bufferize:
    return addBufferize(manager);
  case Stage::Spmd:
    return addSpmd(manager, SpmdStageOptions(options));
  case Stage::Lowering:
    return addLowering(manager, LoweringStageOptions(options));
  }
}

static constexpr StringRef kNames[] = {
    "graph", "autodiff", "linalg", "tile", "bufferize", "spmd", "lowering"};

ArrayRef<StringRef> mlc::stageNames() { return kNames; }

std::optional<Stage> mlc::stageOf(StringRef name) {
  const auto *found = llvm::find(kNames, name);
  if (found == std::end(kNames))
    return std::nullopt;
  return static_cast<Stage>(found - std::begin(kNames));
}

void mlc::buildPipeline(OpPassManager &manager, Stage last,
                        const PipelineOptions &options, Stage first) {
  for (int stage = static_cast<int>(first); stage <= static_cast<int>(last);
       ++stage)
    addStage(manager, static_cast<Stage>(stage), options);
}

void mlc::registerPassesAndPipelines() {
  registerMlcPasses();
  registerMlcGpuPasses();
  PassPipelineRegistration<>("mlc-autodiff-stage",
                             "from a model to its steps on tensors",
                             addAutodiff);
  PassPipelineRegistration<LinalgStageOptions>(
      "mlc-linalg-stage", "from graph ops to loops on tensors", addLinalg);
  PassPipelineRegistration<TileStageOptions>(
      "mlc-tile-stage", "from loops on tensors to shards of vector code",
      addTile);
  PassPipelineRegistration<TileStageOptions>(
      "mlc-vector-code", "the passes of the stage tile after mlc-tile-shards",
      addVectorCode);
  PassPipelineRegistration<>("mlc-bufferize-stage", "from tensors to memory",
                             addBufferize);
  PassPipelineRegistration<SpmdStageOptions>(
      "mlc-spmd-stage", "from foralls to one program for all workers", addSpmd);
  PassPipelineRegistration<LoweringStageOptions>(
      "mlc-lowering-stage", "from loops and vectors to LLVM's dialect",
      addLowering);
  registerGpuPipelines();
}
