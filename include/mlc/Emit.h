//===- Emit.h - From a model file to a program ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_EMIT_H
#define MLC_EMIT_H

#include "mlc/CommandLineWords.h"
#include "mlc/ModelSizes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc {

enum class Gemm;    // mlc/Pipeline.h
enum class GpuGemm; // mlc/GpuPipeline.h

/// The command line of `mlc compile`.
struct CompileOptions {
  std::string input;
  /// Empty: the input's name without its ending, or standard output where a
  /// stage is printed.
  std::string output;
  /// A stage's name, `ptx`, `emulation`, `obj`, `exe` or `lib`.
  std::string emit = "exe";
  /// `native`, or a CPU or level that LLVM knows: `x86-64-v3`.
  std::string cpu = "native";
  /// What can run the program: `cpu`, `cuda` or both, separated by commas.
  /// Where it is `cuda` alone, stages are those of the way to a GPU.
  std::string target = "cpu";
  /// The GPUs to make code for.
  std::string gpu = "sm_80,sm_90,sm_100";
  /// `auto`, `launches`, `kernel` or `chip`: see GpuSteps.
  std::string gpuSteps = "auto";
  /// Another machine's, `aarch64-linux-gnu`; empty for this one's. Only stages
  /// and objects can be made for others.
  std::string targetTriple;
  /// `auto`, `generated`, `openblas` or `cublas`: see Gemm and GpuGemm.
  std::string gemm = "auto";
  /// `f32`, `tf32` or `bf16`: see MatmulPrecision.
  std::string matmulPrecision = "f32";
  /// What the names of a library begin with; empty: the program's own name.
  std::string name;
  /// A weights file that goes into the program; empty: none.
  std::string weights;
  /// Whether the program needs no shared library, not even the system's.
  bool isStatic = false;
  /// Whether the program can `train --profile`.
  bool profile = false;
  /// Empty, `address` or `thread`: what generated code is watched for. For
  /// `thread`, code is made for x86-64-v2, since the thread sanitizer sees
  /// accesses of at most 16 bytes.
  std::string sanitize;
  /// Whether the choices of passes are printed, as remarks at the model's
  /// lines.
  bool explain = false;
  /// For tests: `name=value` of lib/CostModel.h.
  std::vector<std::string> costs;
  /// Rows of a training step, instead of the model's.
  std::optional<int64_t> batch;
  /// Empty, `stages` or `passes`: of what times are printed on standard error.
  std::string timing;
  /// Whether IR is verified after each pass, and not only after each stage.
  bool verifyEach = false;
};

/// What `auto`, `generated`, `openblas` or `cublas` means for a CPU and for a
/// GPU, for which the other's library means `auto`; nothing for another name.
std::optional<Gemm> gemmNamed(std::string_view name);
std::optional<GpuGemm> gpuGemmNamed(std::string_view name);

/// Compiles a model file; `sizes` are those of the data set that it is for, if
/// any. Returns the exit status: 0 done; 1 the model, a file
/// or the machine is at fault, which has been said on standard error, and
/// nothing has been written; 2 an option is wrong.
int compileModel(const CompileOptions &options,
                 const std::optional<ModelSizes> &sizes = {});

/// Runs `mlc compile` with its arguments; returns the exit status. `sizesOf`
/// reads the data set of --data.
int compileMain(int argc, char **argv, const SizesOfData &sizesOf,
                const CommandLineWords &words);

} // namespace mlc

#endif // MLC_EMIT_H
