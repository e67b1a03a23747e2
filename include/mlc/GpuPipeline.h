//===- GpuPipeline.h - The stages of compilation for a GPU ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_GPUPIPELINE_H
#define MLC_GPUPIPELINE_H

#include "mlc/Pipeline.h"

namespace mlc {

/// Who computes products of dense matrices on a GPU: kernels made for them, or
/// cuBLASLt. `Auto` is whichever is expected to be faster, by the product's
/// size.
enum class GpuGemm { Auto, Generated, CublasLt };

/// What cuBLASLt may round the operands of an f32 product to; sums are f32.
enum class MatmulPrecision { F32, Tf32, Bf16 };

/// How a GPU's code is made.
struct GpuOptions {
  GpuSteps steps = GpuSteps::Auto;
  GpuGemm gemm = GpuGemm::Auto;
};

/// The stages of Pipeline.h for GPUs, up to kernels in LLVM's and NVVM's
/// dialects; they have the same names.
void buildGpuPipeline(mlir::OpPassManager &manager, Stage last,
                      const GpuOptions &options);

/// From a model to kernels in a gpu.module, which addKernelsToNvvm lowers and
/// addKernelsToCpu makes functions for an emulator of (test/device).
void addKernels(mlir::OpPassManager &manager, const GpuOptions &options);
void addKernelsToNvvm(mlir::OpPassManager &manager);
void addKernelsToCpu(mlir::OpPassManager &manager);

} // namespace mlc

#endif // MLC_GPUPIPELINE_H
