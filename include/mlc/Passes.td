//===- Passes.td - Every pass of mlc --------------------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order in which a program passes through them; lib/Pipeline.cpp says
// how they combine with upstream passes.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_PASSES_TD
#define MLC_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// autodiff
//===----------------------------------------------------------------------===//

def Autodiff : Pass<"mlc-autodiff", "::mlir::ModuleOp"> {
  let summary = "make the steps of training, evaluation and prediction";
  let description = [{
    Assumes: a verified `graph.program`.

    Adds three functions on tensors beside the program, which stays as the
    description of parameters, initialisers and settings:

    - `@train_step(rows, data, labels, rate, step, position, seed, parameters,
      states) -> (loss, parameters, states)`: forward, reverse mode through
      DifferentiableOpInterface, and the optimiser as primitives;
    - `@evaluate_step(rows, data, labels, parameters) -> (prediction, loss)`;
    - `@predict_step(rows, data, parameters) -> prediction`.

    Guarantees: no loss op without its gradient has a use for training; no
    gradient is built that no parameter needs. An op that the loss depends on
    and that has no rule is an error at that op.
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// linalg
//===----------------------------------------------------------------------===//

def GraphToLinalg : Pass<"mlc-graph-to-linalg", "::mlir::func::FuncOp"> {
  let summary = "graph ops as linalg, csr, arith and math ops on tensors";
  let description = [{
    Assumes: a step of `mlc-autodiff`.

    A product with a `#graph.csr` operand becomes a `csr` op; the operand
    itself, only reached through `graph.gather`, becomes three arguments
    (`indptr`, `indices`, `values`) and one for the room that a batch's
    non-zeros may take. Element-wise ops are expanded through
    ElementwiseOpInterface.

    Guarantees: no graph op is left in the function.

    Before: `%h = graph.linear %x, %w, %b : ...`
    After:  `linalg.broadcast` of `%b`, then `linalg.matmul` or `csr.matmul`
    that adds to it.
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::mlc::csr::CsrDialect"
  ];
}

def FuseElementwise : Pass<"mlc-fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "element-wise loops of one shape as one loop";
  let description = [{
    Upstream fusion of `linalg.generic` ops, with one rule more: a producer
    with several uses is fused too where all of them come after the consumer,
    so that an optimiser's update of a parameter and its states is one loop
    with several results.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def UpdateInPlace : Pass<"mlc-update-in-place", "::mlir::func::FuncOp"> {
  let summary = "arguments become buffers, and results are written to them";
  let description = [{
    Assumes: a step after `mlc-fuse-elementwise`, tensors in and out.

    Arguments become memrefs. A parameter's or state's new value is computed in
    its buffer: the loop that makes it takes the old value as its destination.
    Element-wise loops elsewhere overwrite an operand that is not needed any
    more. Other results get a memref argument at the end.

    Guarantees: the function has no results.
  }];
  let dependentDialects = [
    "::mlir::bufferization::BufferizationDialect", "::mlir::linalg::LinalgDialect"
  ];
}

//===----------------------------------------------------------------------===//
// tile
//===----------------------------------------------------------------------===//

def TileShards : Pass<"mlc-tile-shards", "::mlir::func::FuncOp"> {
  let summary = "every computation as a scf.forall over shards";
  let description = [{
    Assumes: linalg and csr ops on tensors.

    Adds the argument `workers`. Each computation becomes a `scf.forall` along
    one parallel dimension, output units where there are enough of them and
    rows otherwise; what it alone uses is fused into it. A forall that holds a
    product for the library has a number of shards that the program fixes,
    since the library's rounding depends on the shape; any other has one shard
    a worker, since its rounding does not.

    What has no parallel dimension, such as the sum of a batch's losses, stays
    outside of a forall, where one worker will do it.
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect"
  ];
}

def TileVectors : Pass<"mlc-tile-vectors", "::mlir::func::FuncOp"> {
  let summary = "element-wise and csr ops as vector code";
  let description = [{
    Inside each `scf.forall`, element-wise ops and csr products are tiled to
    one row by `width` columns and turned into vector ops; a csr product that
    is used once is computed in the registers of its user. The last columns of
    a shard are masked.

    Guarantees: no csr op is left.
  }];
  let options = [Option<"width", "width", "int64_t", "64",
                        "columns that one row of vectors covers">];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect"
  ];
}

//===----------------------------------------------------------------------===//
// bufferize
//===----------------------------------------------------------------------===//

def PlanWorkspace : Pass<"mlc-plan-workspace", "::mlir::func::FuncOp"> {
  let summary = "every buffer as a piece of one workspace";
  let description = [{
    Assumes: bufferised functions whose allocations are outside of loops and
    whose dynamic sizes are the batch or the room for its non-zeros.

    Adds the argument `workspace`; each `memref.alloc` becomes a view of it at
    a 64-byte boundary. Buffers that are never live together share space.

    Guarantees: no allocation is left, or an error at the one that is. The
    attribute `mlc.workspace` holds the bytes: fixed, and for each non-zero.
  }];
  let dependentDialects = [
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect"
  ];
}

//===----------------------------------------------------------------------===//
// spmd
//===----------------------------------------------------------------------===//

def SpmdWorkers : Pass<"mlc-spmd-workers", "::mlir::ModuleOp"> {
  let summary = "one program that every worker runs";
  let description = [{
    Assumes: `scf.forall` on memrefs, one after another, not nested.

    Adds the arguments `worker` and `exchange`. A worker runs an aligned part
    of each forall's iterations; what writes to memory outside of a forall is
    worker 0's. A call of `mlc_exchange`, which all workers leave together,
    stands after each.

    Guarantees: no forall is left.
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::func::FuncDialect",
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"
  ];
}

//===----------------------------------------------------------------------===//
// lowering
//===----------------------------------------------------------------------===//

def GemmToBlas : Pass<"mlc-gemm-to-blas", "::mlir::ModuleOp"> {
  let summary = "large products as calls of cblas_sgemm";
  let description = [{
    `linalg.matmul` on memrefs whose rows are contiguous becomes a call; its
    transposition follows from its indexing maps. It adds to its result, as
    linalg's does.
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"
  ];
}

def ApproximateMath : Pass<"mlc-approximate-math", "::mlir::func::FuncOp"> {
  let summary = "exp, log, log1p, tanh, erf in f32 as polynomials";
  let description = [{
    Upstream's approximations, on scalars and vectors alike, so that an element
    gets the same bits wherever it stands. Their relative error is a few units
    of the last place of f32.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def EntryPoints : Pass<"mlc-entry-points", "::mlir::ModuleOp"> {
  let summary = "the steps as the functions that the runtime calls";
  let description = [{
    Assumes: spmd functions on memrefs and the `graph.program`.

    Adds `mlc_train`, `mlc_evaluate` and `mlc_predict`, which take an MlcCall
    (include/mlc/RuntimeABI.h), make memrefs of its pointers and run a step for
    each batch; and the constant `mlc_program` of type MlcProgram, from the
    program, which is then removed.
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect",
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect"
  ];
  let options = [
    Option<"target", "target", "std::string", "\"\"",
           "the machine, as `info` prints it">,
    Option<"features", "features", "std::string", "\"\"",
           "CPU features needed, separated by commas">,
    Option<"modelHash", "model-hash", "int64_t", "0",
           "hash of the model's text">,
  ];
}

#endif // MLC_PASSES_TD
