//===- Pipeline.h - The stages of compilation -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_PIPELINE_H
#define MLC_PIPELINE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace mlc {

/// The stages, in order; each is a folder of lib/, the prefix of its tests and
/// a value of `--emit`. `Graph` is the verified model itself.
enum class Stage { Graph, Autodiff, Linalg, Tile, Bufferize, Spmd, Lowering };

/// Every stage's name, in order.
llvm::ArrayRef<llvm::StringRef> stageNames();
std::optional<Stage> stageOf(llvm::StringRef name);

/// A machine's vector registers.
struct VectorUnit {
  /// f32 elements of a register, and how many registers there are.
  int64_t lanes = 4, registers = 16;
  /// Whether a product and a sum are one instruction.
  bool hasFma = false;
};

/// Who computes products of dense matrices: code made for them, or OpenBLAS.
/// `Auto` is whichever is expected to be faster, by the product's sizes and
/// the machine's registers;
/// `OpenBlas` is the library wherever a product is split into shards, since its
/// bits depend on sizes, which only shards keep for any number of workers.
enum class Gemm { Auto, Generated, OpenBlas };

/// Which products of dense matrices are computed block by block, from packed
/// operands, and the blocks' sizes: what is read again and again is to stay in
/// a near cache.
struct ProductBlocks {
  /// Elements of a right side or a result from which a product is large.
  int64_t elements = 1 << 18;
  int64_t terms = 256, rows = 128;
};

/// How a GPU is told to train: `Launches` are some for each step, recorded as a
/// CUDA graph; `Kernel` is one launch for many steps, whose blocks wait for one
/// another; `Chip` is one whose blocks also keep their shards of parameters and
/// states in shared memory; `Auto` is the last of these for which a model is
/// small enough.
enum class GpuSteps { Auto, Launches, Kernel, Chip };

/// What the passes must know of the machine and the model.
struct PipelineOptions {
  VectorUnit vectors = {16, 32, true};
  Gemm gemm = Gemm::Auto;
  ProductBlocks blocks;
  /// Whether a profiled training step is made beside the other.
  bool profile = false;
  /// For the program's descriptor: see MlcProgram.
  std::string target, features;
  int64_t modelHash = 0, compilerHash = 0;
  /// Whether a CPU or GPUs can run the program.
  bool hasEntries = true, hasKernels = false;
};

/// Adds the passes of all stages from `first` up to and including `last`.
void buildPipeline(mlir::OpPassManager &manager, Stage last,
                   const PipelineOptions &options,
                   Stage first = Stage::Autodiff);

/// The passes of the stage autodiff alone: what rules of gradients and of
/// optimisers have built, before upstream's clean-up. A reference interprets
/// it.
void addAutodiffPasses(mlir::OpPassManager &manager);

/// For a program for GPUs alone, after the stage linalg: a descriptor without
/// functions for a CPU.
void addDescriptor(mlir::OpPassManager &manager,
                   const PipelineOptions &options);

/// Every dialect that a program passes through.
void registerDialects(mlir::DialectRegistry &registry);

/// Our passes, each alone, and each stage as the pipeline `mlc-STAGE-stage`.
void registerPassesAndPipelines();

} // namespace mlc

#endif // MLC_PIPELINE_H
