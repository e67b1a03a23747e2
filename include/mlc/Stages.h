//===- Stages.h - The stages as pipelines with options ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_STAGES_H
#define MLC_STAGES_H

#include "mlc/GpuPipeline.h"

#include "mlir/Pass/PassOptions.h"

namespace mlc {

// What may be chosen by name, with what each choice means.
llvm::cl::ValuesClass gemmValues();
llvm::cl::ValuesClass gpuGemmValues();
llvm::cl::ValuesClass gpuStepsValues();

// The options of each stage, as in `mlc-tile-stage="lanes=8 registers=16"`.
// Their defaults are PipelineOptions' and GpuOptions'.

struct LinalgStageOptions : mlir::PassPipelineOptions<LinalgStageOptions> {
  explicit LinalgStageOptions(const PipelineOptions &all = {}) {
    profile = all.profile;
  }
  Option<bool> profile{*this, "profile",
                       llvm::cl::desc("note the work of each computation")};
};

/// Of the stage tile, and of its part `mlc-vector-code`.
struct TileStageOptions : mlir::PassPipelineOptions<TileStageOptions> {
  explicit TileStageOptions(const PipelineOptions &all = {}) {
    gemm = all.gemm;
    lanes = all.vectors.lanes;
    registers = all.vectors.registers;
    hasFma = all.vectors.hasFma;
    hasByteProducts = all.vectors.hasByteProducts;
  }
  Option<Gemm> gemm{*this, "gemm",
                    llvm::cl::desc("who computes dense products"),
                    gemmValues()};
  Option<int64_t> lanes{*this, "lanes",
                        llvm::cl::desc("f32 elements of a vector register")};
  Option<int64_t> registers{*this, "registers",
                            llvm::cl::desc("vector registers")};
  Option<bool> hasFma{
      *this, "fma",
      llvm::cl::desc("whether a product and a sum are one instruction")};
  Option<bool> hasByteProducts{
      *this, "byte-products",
      llvm::cl::desc("whether vpdpbusd sums products of bytes")};
};

struct SpmdStageOptions : mlir::PassPipelineOptions<SpmdStageOptions> {
  explicit SpmdStageOptions(const PipelineOptions &all = {}) {
    profile = all.profile;
  }
  Option<bool> profile{
      *this, "profile",
      llvm::cl::desc("add the training step that tells its time")};
};

struct LoweringStageOptions : mlir::PassPipelineOptions<LoweringStageOptions> {
  explicit LoweringStageOptions(const PipelineOptions &all = {}) {
    lanes = all.vectors.lanes;
    target = all.target;
    features = all.features;
    modelHash = all.modelHash;
    compilerHash = all.compilerHash;
    hasEntries = all.hasEntries;
    hasKernels = all.hasKernels;
  }
  Option<int64_t> lanes{*this, "lanes",
                        llvm::cl::desc("f32 elements of a vector register")};
  Option<std::string> target{
      *this, "target", llvm::cl::desc("the machine, as `info` prints it")};
  Option<std::string> features{
      *this, "features",
      llvm::cl::desc("CPU features needed, separated by commas")};
  Option<int64_t> modelHash{*this, "model-hash",
                            llvm::cl::desc("hash of the model's text")};
  Option<int64_t> compilerHash{*this, "compiler-hash",
                               llvm::cl::desc("hash of the compiler")};
  Option<bool> hasEntries{*this, "has-entries",
                          llvm::cl::desc("whether there are steps for a CPU")};
  Option<bool> hasKernels{*this, "has-kernels",
                          llvm::cl::desc("whether there are kernels for GPUs")};
};

/// Of the stages `mlc-gpu-STAGE-stage`, as far as one asks for them.
struct GpuStageOptions : mlir::PassPipelineOptions<GpuStageOptions> {
  explicit GpuStageOptions(const GpuOptions &all = {}) {
    steps = all.steps;
    gemm = all.gemm;
  }
  Option<GpuSteps> steps{*this, "gpu-steps",
                         llvm::cl::desc("how training steps are launched"),
                         gpuStepsValues()};
  Option<GpuGemm> gemm{*this, "gemm",
                       llvm::cl::desc("who computes dense products"),
                       gpuGemmValues()};
};

/// What a GPU's pipeline shares with a CPU's: steps on tensors, and clean-up
/// between passes.
void addAutodiff(mlir::OpPassManager &manager);
void addCleanup(mlir::OpPassManager &manager);

/// Each stage of a GPU as the pipeline `mlc-gpu-STAGE-stage`.
void registerGpuPipelines();

} // namespace mlc

#endif // MLC_STAGES_H
