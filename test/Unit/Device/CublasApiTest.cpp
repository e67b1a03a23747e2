//===- CublasApiTest.cpp - cuBLASLt as its headers have it ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/CublasApi.h"

#include <cublasLt.h>
#include <gtest/gtest.h>

namespace mlc::runtime::cublas {
namespace {

TEST(CublasApiTest, NumbersAreThoseOfTheHeaders) {
  EXPECT_EQ(int(Success), CUBLAS_STATUS_SUCCESS);
  EXPECT_EQ(int(InvalidValue), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(int(NotSupported), CUBLAS_STATUS_NOT_SUPPORTED);
  EXPECT_EQ(int(F32), CUBLAS_COMPUTE_32F);
  EXPECT_EQ(int(FastTf32), CUBLAS_COMPUTE_32F_FAST_TF32);
  EXPECT_EQ(int(FastBf16), CUBLAS_COMPUTE_32F_FAST_16BF);
  EXPECT_EQ(realF32, CUDA_R_32F);
  EXPECT_EQ(plain, CUBLAS_OP_N);
  EXPECT_EQ(transposed, CUBLAS_OP_T);
  EXPECT_EQ(int(TransposeA), CUBLASLT_MATMUL_DESC_TRANSA);
  EXPECT_EQ(int(TransposeB), CUBLASLT_MATMUL_DESC_TRANSB);
  EXPECT_EQ(int(EpilogueKind), CUBLASLT_MATMUL_DESC_EPILOGUE);
  EXPECT_EQ(int(BiasPointer), CUBLASLT_MATMUL_DESC_BIAS_POINTER);
  EXPECT_EQ(int(MaskPointer), CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER);
  EXPECT_EQ(int(MaskLeadingDimension), CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD);
  EXPECT_EQ(int(Default), CUBLASLT_EPILOGUE_DEFAULT);
  EXPECT_EQ(int(Relu), CUBLASLT_EPILOGUE_RELU);
  EXPECT_EQ(int(Bias), CUBLASLT_EPILOGUE_BIAS);
  EXPECT_EQ(int(ReluBias), CUBLASLT_EPILOGUE_RELU_BIAS);
  EXPECT_EQ(int(ReluMask), CUBLASLT_EPILOGUE_RELU_AUX);
  EXPECT_EQ(int(ReluMaskBias), CUBLASLT_EPILOGUE_RELU_AUX_BIAS);
  EXPECT_EQ(int(ReluGradient), CUBLASLT_EPILOGUE_DRELU);
  EXPECT_EQ(int(SumsOfA), CUBLASLT_EPILOGUE_BGRADA);
  EXPECT_EQ(int(WorkspaceBytes), CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES);
  EXPECT_EQ(int(ReductionSchemes), CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK);
  EXPECT_EQ(int(AlignmentA), CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES);
  EXPECT_EQ(int(AlignmentB), CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES);
  EXPECT_EQ(int(AlignmentC), CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES);
  EXPECT_EQ(int(AlignmentD), CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES);
  EXPECT_EQ(int(reductionInComputeType),
            CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE);
  EXPECT_EQ(sizeof(Algorithm), sizeof(cublasLtMatmulAlgo_t));
  EXPECT_EQ(sizeof(HeuristicResult), sizeof(cublasLtMatmulHeuristicResult_t));
  EXPECT_EQ(offsetof(HeuristicResult, state),
            offsetof(cublasLtMatmulHeuristicResult_t, state));
}

/// With the headers' types for ours: what differs does not compile.
TEST(CublasApiTest, FunctionsAreThoseOfTheHeaders) {
  decltype(&cublasLtMatmulAlgoGetHeuristic) heuristic = nullptr;
  cublasStatus_t (*expected)(
      cublasLtHandle_t, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t,
      cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
      cublasLtMatmulPreference_t, int, cublasLtMatmulHeuristicResult_t[],
      int *) = heuristic;
  EXPECT_EQ(expected, nullptr);
  decltype(&cublasLtMatmul) matmul = nullptr;
  cublasStatus_t (*product)(
      cublasLtHandle_t, cublasLtMatmulDesc_t, const void *, const void *,
      cublasLtMatrixLayout_t, const void *, cublasLtMatrixLayout_t,
      const void *, const void *, cublasLtMatrixLayout_t, void *,
      cublasLtMatrixLayout_t, const cublasLtMatmulAlgo_t *, void *, size_t,
      cudaStream_t) = matmul;
  EXPECT_EQ(product, nullptr);
  cublasStatus_t (*layout)(cublasLtMatrixLayout_t *, cudaDataType, uint64_t,
                           uint64_t, int64_t) = nullptr;
  static_assert(
      std::is_same_v<decltype(layout), decltype(&cublasLtMatrixLayoutCreate)>);
}

} // namespace
} // namespace mlc::runtime::cublas
