//===- CublasApi.h - The part of cuBLASLt in use ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declared by hand, as CudaApi.h is. Source: NVIDIA, "cuBLAS", cublasLt.h and
// cublas_api.h of CUDA 12 and 13, whose names, numbers and meanings these are;
// test/Unit/Device compares them with the headers where these are installed.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_CUBLASAPI_H
#define MLC_RUNTIME_DEVICE_CUBLASAPI_H

#include "Device/CudaApi.h"

#include <cstdint>

namespace mlc::runtime::cublas {

using Handle = struct HandleOpaque *;
using MatmulDescriptor = struct MatmulDescriptorOpaque *;
using Layout = struct LayoutOpaque *;
using Preference = struct PreferenceOpaque *;

/// cublasStatus_t.
enum Status : int { Success = 0, InvalidValue = 7, NotSupported = 15 };

/// cublasComputeType_t.
enum ComputeType : int { F32 = 68, FastBf16 = 75, FastTf32 = 77 };

/// cudaDataType_t, cublasOperation_t.
constexpr int realF32 = 0;
constexpr std::int32_t plain = 0, transposed = 1;

/// cublasLtMatmulDescAttributes_t.
enum MatmulAttribute : int {
  TransposeA = 3,
  TransposeB = 4,
  EpilogueKind = 7,
  BiasPointer = 8,
  MaskPointer = 11,
  MaskLeadingDimension = 12,
};

/// cublasLtEpilogue_t.
enum Epilogue : std::uint32_t {
  Default = 1,
  Relu = 2,
  Bias = 4,
  ReluBias = Relu | Bias,
  ReluMask = Relu | 128,
  ReluMaskBias = ReluMask | Bias,
  ReluGradient = 8 | 128,
  SumsOfA = 256,
};

/// cublasLtMatmulPreferenceAttributes_t.
enum PreferenceAttribute : int {
  WorkspaceBytes = 1,
  ReductionSchemes = 3,
  AlignmentA = 5,
  AlignmentB = 6,
  AlignmentC = 7,
  AlignmentD = 8,
};

/// cublasLtReductionScheme_t: partial sums by several blocks of threads are
/// added in the workspace, in a fixed order; 0 is that there are none.
constexpr std::uint32_t reductionInComputeType = 2;

/// cublasLtMatmulAlgo_t.
struct Algorithm {
  std::uint64_t data[8];
};

/// cublasLtMatmulHeuristicResult_t.
struct HeuristicResult {
  Algorithm algorithm;
  std::size_t workspaceBytes;
  Status state;
  float wavesCount;
  int reserved[4];
};

/// Every function in use: the name of the member, the symbol, the arguments.
#define MLC_CUBLAS_FUNCTIONS(X)                                                \
  X(create, "cublasLtCreate", (Handle *))                                      \
  X(destroy, "cublasLtDestroy", (Handle))                                      \
  X(descriptorCreate, "cublasLtMatmulDescCreate",                              \
    (MatmulDescriptor *, ComputeType, int))                                    \
  X(descriptorDestroy, "cublasLtMatmulDescDestroy", (MatmulDescriptor))        \
  X(descriptorSet, "cublasLtMatmulDescSetAttribute",                           \
    (MatmulDescriptor, MatmulAttribute, const void *, std::size_t))            \
  X(layoutCreate, "cublasLtMatrixLayoutCreate",                                \
    (Layout *, int, std::uint64_t, std::uint64_t, std::int64_t))               \
  X(layoutDestroy, "cublasLtMatrixLayoutDestroy", (Layout))                    \
  X(preferenceCreate, "cublasLtMatmulPreferenceCreate", (Preference *))        \
  X(preferenceDestroy, "cublasLtMatmulPreferenceDestroy", (Preference))        \
  X(preferenceSet, "cublasLtMatmulPreferenceSetAttribute",                     \
    (Preference, PreferenceAttribute, const void *, std::size_t))              \
  X(heuristic, "cublasLtMatmulAlgoGetHeuristic",                               \
    (Handle, MatmulDescriptor, Layout, Layout, Layout, Layout, Preference,     \
     int, HeuristicResult *, int *))                                           \
  X(matmul, "cublasLtMatmul",                                                  \
    (Handle, MatmulDescriptor, const void *, const void *, Layout,             \
     const void *, Layout, const void *, const void *, Layout, void *, Layout, \
     const Algorithm *, void *, std::size_t, cuda::Stream))

/// Pointers to them.
struct Functions {
#define MLC_DECLARE(member, symbol, arguments)                                 \
  Status(*member) arguments = nullptr;
  MLC_CUBLAS_FUNCTIONS(MLC_DECLARE)
#undef MLC_DECLARE
};

} // namespace mlc::runtime::cublas

#endif // MLC_RUNTIME_DEVICE_CUBLASAPI_H
