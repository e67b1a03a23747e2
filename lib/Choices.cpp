//===- Choices.cpp - What may be chosen by name ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Stages.h"

#include "llvm/Support/CommandLine.h"

using namespace mlc;

llvm::cl::ValuesClass mlc::gemmValues() {
  return llvm::cl::values(
      clEnumValN(Gemm::Auto, "auto", "the faster, by size"),
      clEnumValN(Gemm::Generated, "generated", "code"),
      clEnumValN(Gemm::OpenBlas, "openblas", "the library"));
}

llvm::cl::ValuesClass mlc::gpuGemmValues() {
  return llvm::cl::values(clEnumValN(GpuGemm::Auto, "auto", "by size"),
                          clEnumValN(GpuGemm::Generated, "generated", "code"),
                          clEnumValN(GpuGemm::CublasLt, "cublas", "cuBLASLt"));
}

llvm::cl::ValuesClass mlc::gpuStepsValues() {
  return llvm::cl::values(
      clEnumValN(GpuSteps::Auto, "auto", "by the model's size"),
      clEnumValN(GpuSteps::Launches, "launches", "some launches a step"),
      clEnumValN(GpuSteps::Kernel, "kernel", "one launch for many steps"),
      clEnumValN(GpuSteps::Chip, "chip", "one whose blocks keep their shards"));
}
