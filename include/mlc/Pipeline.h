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

/// The stages, in order; each is a folder of lib/ and of test/ and a value of
/// `--emit`. After each, on the way to a CPU as on that to a GPU:
enum class Stage {
  /// The verified model itself.
  Graph,
  /// Functions for the steps of training, evaluation and prediction, of graph
  /// and arith ops on tensors; the program stays beside them as a description.
  Autodiff,
  /// Steps of linalg, csr, blas and arith ops without a graph op. Arguments are
  /// memrefs, and a function has no results: what a step makes is written to
  /// the buffer that the caller sees. (On a GPU, products that are no library's
  /// are loops in the body of an element already, but for the chip's step.)
  Linalg,
  /// What is computed together is one nest of loops or one op, with fused
  /// multiplication and addition where the machine has it. Foralls run over
  /// shards, where there are workers; in them is vector code on a CPU. No csr
  /// op is left. Each tensor that begins unset or filled has one user.
  Tile,
  /// No tensor is left; allocations stand outside of loops.
  Bufferize,
  /// One program for every worker: no forall and no allocation is left, and
  /// where workers wait for one another is written down. (A GPU's step of
  /// several launches has levels instead, which the device puts in order.)
  Spmd,
  /// LLVM's dialect: entry points on CPUs, kernels on GPUs. Functions such as
  /// exp are polynomials, and divisions are refined or plain.
  Lowering
};

/// Every stage's name, in order.
llvm::ArrayRef<llvm::StringRef> stageNames();
std::optional<Stage> stageOf(llvm::StringRef name);

/// A machine's vector registers.
struct VectorUnit {
  /// f32 elements of a register, and how many registers there are.
  int64_t lanes, registers;
  /// Whether a product and a sum are one instruction.
  bool hasFma;
  /// Whether one instruction of 512 bits sums products of bytes, four at a
  /// time: AVX-512 VNNI.
  bool hasByteProducts = false;

  static constexpr VectorUnit sse2() { return {4, 16, false}; }
  static constexpr VectorUnit avx2() { return {8, 16, true}; }
  static constexpr VectorUnit avx512() { return {16, 32, true}; }
  static constexpr VectorUnit neon() { return {4, 32, true}; }
};

/// Who computes products of dense matrices: code made for them, or OpenBLAS.
/// `Auto` is whichever is expected to be faster, by the product's sizes and
/// the machine's registers;
/// `OpenBlas` is the library wherever a product is split into shards, since its
/// bits depend on sizes, which only shards keep for any number of workers.
enum class Gemm { Auto, Generated, OpenBlas };

/// How a GPU is told to train: `Launches` are some for each step, recorded as a
/// CUDA graph; `Kernel` is one launch for many steps, whose blocks wait for one
/// another; `Chip` is one whose blocks also keep their shards of parameters and
/// states in shared memory; `Auto` is the last of these for which a model is
/// small enough.
enum class GpuSteps { Auto, Launches, Kernel, Chip };

/// What the passes must know of the machine and the model.
struct PipelineOptions {
  VectorUnit vectors = VectorUnit::avx512();
  Gemm gemm = Gemm::Auto;
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
