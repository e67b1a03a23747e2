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

#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Affine/Transforms/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/Passes.h"
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

void mlc::addAutodiffPasses(OpPassManager &manager) {
  manager.addPass(createForwardSteps());
  manager.addPass(createMakeGradients());
  // What changes gradients before the optimiser sees them stands here.
  manager.addPass(createApplyOptimizer());
}

/// Forward and loss become the steps of training, evaluation, prediction.
static void addAutodiff(OpPassManager &manager, const PipelineOptions &) {
  addAutodiffPasses(manager);
  addCleanup(manager);
}

/// Graph ops become loops on tensors; what is element-wise becomes one loop.
static void addLinalg(OpPassManager &manager, const PipelineOptions &options) {
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createGraphToLinalg());
  function.addPass(createConvertElementwiseToLinalgPass());
  addCleanup(function);
  function.addPass(createFuseElementwise());
  addCleanup(function);
  function.addPass(createUpdateInPlace());
  addCleanup(function);
  function.addPass(createCountMultiplications());
  if (options.profile)
    function.addPass(createNoteWork());
}

/// Loops over shards, and vector code inside them.
static void addTile(OpPassManager &manager, const PipelineOptions &options) {
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createDropUnitDims());
  addCleanup(function);
  function.addPass(createTileShards({options.gemm, options.vectors.registers}));
  function.addPass(createSampledProducts());
  function.addPass(createFuseMultiplyAdd({options.vectors.hasFma}));
  addCleanup(function);
  function.addPass(createSeparateBuffers());
  TileVectorsOptions vectors;
  vectors.lanes = options.vectors.lanes;
  vectors.registers = options.vectors.registers;
  // Accumulators, a row of the right side and one number of the left.
  vectors.productRows = options.vectors.registers >= 32 ? 8 : 6;
  vectors.blockElements = options.blocks.elements;
  vectors.blockTerms = options.blocks.terms;
  vectors.blockRows = options.blocks.rows;
  function.addPass(createTileVectors(vectors));
  addCleanup(function);
}

/// Tensors become memory: the caller's, or a piece of one workspace.
static void addBufferize(OpPassManager &manager, const PipelineOptions &) {
  bufferization::OneShotBufferizePassOptions bufferize;
  // The program itself keeps its tensors: it is only a description now.
  bufferize.dialectFilter = {"affine", "arith", "bufferization", "linalg",
                             "memref", "scf",   "tensor",        "vector"};
  manager.nest<func::FuncOp>().addPass(createSeparateBuffers());
  manager.addPass(bufferization::createOneShotBufferizePass(bufferize));
  // A loop's memory is the same in each of its iterations.
  manager.nest<func::FuncOp>().addPass(
      bufferization::createBufferLoopHoistingPass());
  addCleanup(manager);
  addCleanup(manager); // what has become a copy to itself
}

/// Foralls become one program that every worker runs.
static void addSpmd(OpPassManager &manager, const PipelineOptions &options) {
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

void mlc::addDescriptor(OpPassManager &manager,
                        const PipelineOptions &options) {
  EntryPointsOptions entry;
  entry.target = options.target;
  entry.features = options.features;
  entry.modelHash = options.modelHash;
  entry.compilerHash = options.compilerHash;
  entry.hasEntries = options.hasEntries;
  entry.hasKernels = options.hasKernels;
  manager.addPass(createEntryPoints(entry));
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
                        const PipelineOptions &options) {
  manager.addPass(createOutlineLoops());
  manager.addPass(func::createDuplicateFunctionEliminationPass());
  manager.addPass(createGemmToBlas());
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createConvertLinalgToLoopsPass());
  function.addPass(createApproximateMath());
  function.addPass(createRefineReciprocals({options.vectors.lanes}));
  function.addPass(createPrefetchRows());
  function.addPass(createPrefetchTiles());
  function.addPass(memref::createFoldMemRefAliasOpsPass());
  VectorTransferToSCFOptions transfers;
  transfers.enableFullUnroll();
  function.addPass(createConvertVectorToSCFPass(transfers));
  addCleanup(function);
  addDescriptor(manager, options);
  addToLlvm(manager);
}

using StageBuilder = void (*)(OpPassManager &, const PipelineOptions &);
static constexpr StageBuilder kStages[] = {
    addAutodiff, addLinalg, addTile, addBufferize, addSpmd, addLowering};
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
  // Stage 0, `graph`, is the model as it was read.
  for (int stage = std::max(1, static_cast<int>(first));
       stage <= static_cast<int>(last); ++stage)
    kStages[stage - 1](manager, options);
}

void mlc::registerPassesAndPipelines() {
  registerMlcPasses();
  registerMlcGpuPasses();
  for (size_t stage = 1; stage <= std::size(kStages); ++stage)
    PassPipelineRegistration<>(
        ("mlc-" + kNames[stage] + "-stage").str(),
        ("all passes of the stage " + kNames[stage]).str(),
        [stage](OpPassManager &manager) {
          kStages[stage - 1](manager, PipelineOptions());
        });
}
