//===- GpuPasses.td - Passes on the way to a GPU alone -----*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_GPUPASSES_TD
#define MLC_GPUPASSES_TD

include "mlir/Pass/PassBase.td"

def CountScores : Pass<"mlc-count-scores", "::mlir::ModuleOp"> {
  let summary = "evaluation counts what is right";
  let description = [{
    Assumes: the steps on tensors after `mlc-graph-to-linalg`, and the
    `graph.program`.

    The step of evaluation gets one more result, with the role `score`: the sum
    over a batch's rows of right columns or rows (i32), or of squared errors
    (f32), by the kind of label (MLC_SLOT_SCORES of include/mlc/RuntimeABI.h).
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"
  ];
}

def LibraryProducts : Pass<"mlc-library-products", "::mlir::func::FuncOp"> {
  let summary = "large products of dense matrices go to cuBLASLt";
  let description = [{
    Assumes: a step on tensors, not fused yet.

    A `linalg.matmul` that starts at zero or at a bias becomes a `blas.gemm`
    where the library is expected to be faster: from a number of
    multiplications on, unless one kernel is to run many steps. It takes with it
    - the bias that it starts at;
    - the relu that is the only one to use it;
    - the gradient of a relu that is the only one to use it, where that relu
      went with a product: which of its elements are positive is kept in bits;
    - the sum over the batch of its right operand (a bias's gradient).

    The optimiser does not: such a gradient stands in memory.
  }];
  let options = [
    Option<"gemm", "gemm", "::mlc::GpuGemm", "::mlc::GpuGemm::Auto",
           "who computes products", [{::llvm::cl::values(
             clEnumValN(::mlc::GpuGemm::Auto, "auto", "by size"),
             clEnumValN(::mlc::GpuGemm::Generated, "generated", "code"),
             clEnumValN(::mlc::GpuGemm::CublasLt, "cublas", "cuBLASLt"))}]>,
    Option<"steps", "gpu-steps", "::mlc::GpuSteps", "::mlc::GpuSteps::Auto",
           "how training steps are launched", [{::llvm::cl::values(
             clEnumValN(::mlc::GpuSteps::Auto, "auto", "by the model's size"),
             clEnumValN(::mlc::GpuSteps::Launches, "launches",
                        "some launches a step"),
             clEnumValN(::mlc::GpuSteps::Kernel, "kernel",
                        "one launch for many steps"),
             clEnumValN(::mlc::GpuSteps::Chip, "chip",
                        "one whose blocks keep their shards"))}]>,
  ];
  let dependentDialects = [
    "::mlc::blas::BlasDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // MLC_GPUPASSES_TD
