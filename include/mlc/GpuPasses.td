//===- GpuPasses.td - Passes on the way to a GPU alone -----*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order in which a program passes through them, most of them instead of
// the stages tile, spmd and lowering; lib/Lowering/GPU/GpuPipeline.cpp says how
// they combine with the passes of Passes.td and upstream's.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_GPUPASSES_TD
#define MLC_GPUPASSES_TD

include "mlir/Pass/PassBase.td"

include "include/mlc/GpuChipPasses.td"
include "include/mlc/GpuKernelPasses.td"

def CountScores : Pass<"mlc-count-scores", "::mlir::ModuleOp"> {
  let summary = "evaluation counts what is right";
  let description = [{
    Assumes: the steps on tensors after `mlc-graph-to-linalg`, and the
    `graph.program`.

    The step of evaluation gets one more result, with the role `score`: the sum
    over a batch's rows of right columns or rows (i32), or of squared errors
    (f32), by the kind of label (MlcDeviceCall of include/mlc/RuntimeABI.def).
  }];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"
  ];
}

def LibraryProducts : Pass<"mlc-library-products", "::mlir::func::FuncOp"> {
  let summary = "large products of dense matrices go to cuBLASLt";
  let description = [{
    Assumes: a step on tensors, element-wise ops fused.

    A `linalg.matmul` that starts at zero or at a bias becomes a `blas.gemm`, if the
    library is expected to be faster: from a number of multiplications on, unless
    one kernel is to run many steps. It takes with it
    - the bias that it starts at;
    - the relu that alone uses it;
    - the gradient of a relu that alone uses it, if that relu went with a product:
      which of its elements are positive is kept in bits;
    - the sum over the batch of its right operand (a bias's gradient).

    The optimiser does not go with it: such a gradient stands in memory.

    Guarantees: what is not taken stays as it is.

    Before:

    ```mlir
    func.func @step(%x: tensor<?x3xf32>, %w: tensor<3x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32>
        attributes {mlc.batch = 8 : i64} {
      %zero = arith.constant 0.0 : f32
      %zeros = linalg.fill ins(%zero : f32) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
      %r = linalg.matmul ins(%x, %w : tensor<?x3xf32>, tensor<3x4xf32>) outs(%zeros : tensor<?x4xf32>) -> tensor<?x4xf32>
      return %r : tensor<?x4xf32>
    }
    ```

    After, with `gemm=cublas` and `canonicalize`:

    ```mlir
    func.func @step(%x: tensor<?x3xf32>, %w: tensor<3x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32>
        attributes {mlc.batch = 8 : i64} {
      %r = blas.gemm ins(%x, %w) outs(%y) : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
      return %r : tensor<?x4xf32>
    }
    ```
  }];
  let options = [
    Option<"gemm", "gemm", "::mlc::GpuGemm", "::mlc::GpuGemm::Auto",
           "who computes products", [{::mlc::gpuGemmValues()}]>,
    Option<"steps", "gpu-steps", "::mlc::GpuSteps", "::mlc::GpuSteps::Auto",
           "how training steps are launched", [{::mlc::gpuStepsValues()}]>,
  ];
  let dependentDialects = [
    "::mlc::blas::BlasDialect", "::mlir::tensor::TensorDialect"
  ];
}

def CsrAsLoops : Pass<"mlc-csr-as-loops", "::mlir::func::FuncOp"> {
  let summary = "csr products as element-wise loops";
  let description = [{
    Assumes: csr ops on tensors.

    A `csr.matmul` becomes a `linalg.generic` whose body runs through the row's
    non-zeros. A `csr.matmul_transposed` becomes one whose body runs through the
    examples that have a non-zero in its column, which a mask of bits tells. The
    mask is made by a `scf.parallel` with an atomic `or` of integers, whose order
    does not matter; sums are never atomic. The value of an example in a column is
    found by binary search in its row.

    In a loop over shards the threads of a warp have a column each, and would wait
    for the one with the most examples. There, where all values are 1, tables are
    made first that have the sum of each subset of five neighbouring examples, and
    a column takes one entry for every five (`subset-columns` of the cost model
    says from how many columns on).

    A `csr.update_rows` becomes its products, and an op that changes the rows of
    columns that have an example.

    Guarantees: no csr op is left.

    Before:

    ```
    %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    ```

    After, shortened:

    ```
    %y = linalg.generic ins(%init) outs(%empty) {
      %row = tensor.extract %rows[i]
      %sum = scf.for %p = indptr[%row] to indptr[%row + 1] iter_args(%s = init) {
        %s + (%ones ? 1 : values[%p]) * w[indices[%p], j]
      } {mlc.combiners = ["arith.addf"]}
      linalg.yield %sum
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::bufferization::BufferizationDialect"
  ];
}

def SumsAsLoops : Pass<"mlc-sums-as-loops", "::mlir::func::FuncOp"> {
  let summary = "linalg ops with reductions as element-wise ops with a loop";
  let description = [{
    Assumes: linalg ops on tensors.

    Each element of a product or sum is computed by a loop over its terms, in the
    body of an element-wise `linalg.generic`, so that upstream's element-wise fusion
    can take in bias, activation and optimiser. A loop whose terms may be added in
    any order has the operations that combine them as `mlc.combiners`.

    Guarantees: no linalg op has a reduction.

    Before:

    ```mlir
    #both = affine_map<(i, j) -> (i, j)>
    #row = affine_map<(i, j) -> (i)>
    func.func @step(%x: tensor<4x8xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
      %r = linalg.generic {indexing_maps = [#both, #row], iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<4x8xf32>) outs(%y : tensor<4xf32>) {
      ^bb0(%a: f32, %sum: f32):
        %b = arith.addf %sum, %a : f32
        linalg.yield %b : f32
      } -> tensor<4xf32>
      return %r : tensor<4xf32>
    }
    ```

    After:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<4x8xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
      %e = tensor.empty() : tensor<4xf32>
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%y : tensor<4xf32>) outs(%e : tensor<4xf32>) {
      ^bb0(%first: f32, %unset: f32):
        %i = linalg.index 0 : index
        %c8 = arith.constant 8 : index
        %c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        %total = scf.for %j = %c0 to %c8 step %c1 iter_args(%sum = %first) -> (f32) {
          %a = tensor.extract %x[%i, %j] : tensor<4x8xf32>
          %b = arith.addf %sum, %a : f32
          scf.yield %b : f32
        } {mlc.combiners = ["arith.addf"]}
        linalg.yield %total : f32
      } -> tensor<4xf32>
      return %r : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::arith::ArithDialect",
    "::mlir::affine::AffineDialect"
  ];
}

def StepNumbers : Pass<"mlc-step-numbers", "::mlir::func::FuncOp"> {
  let summary = "scalars of a step are computed once and kept in memory";
  let description = [{
    Assumes: a step on memrefs.

    Scalars of a step that are computed in f64 or by functions, such as Adam's
    corrections, are computed by one thread and kept in memory, from which the
    others read them. A power with an integer exponent becomes products.

    Guarantees: no thread but that one computes in f64.

    Before:

    ```
    %power = math.powf %beta, (arith.sitofp %step) : f64
    %factor = arith.truncf %power : f64 to f32
    ... %factor ...
    ```

    After, shortened:

    ```
    %cell = memref.alloc() : memref<f32>
    scf.parallel (%i) = (0) to (1) step (1) {          // one thread
      %power = scf.while ...                           // products, by the bits of %step
      memref.store (arith.truncf %power), %cell[]
    }
    ... memref.load %cell[] ...
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

#endif // MLC_GPUPASSES_TD
