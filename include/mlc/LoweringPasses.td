//===- LoweringPasses.td - Passes of the stage lowering ----*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LOWERINGPASSES_TD
#define MLC_LOWERINGPASSES_TD

include "mlir/Pass/PassBase.td"

def OutlineLoops : Pass<"mlc-outline-loops", "::mlir::ModuleOp"> {
  let summary = "each loop of a step as a function of its own";
  let description = [{
    Assumes: steps for every worker, on memrefs.

    A loop or a branch of a step's own block, and all in it, becomes a private
    function that the step calls: the passes from here to machine code take longer
    for one large function than for many small ones, and equal loops of different
    layers are compiled once (`duplicate-function-elimination`). What the loop reads
    becomes an argument, constants excepted. LLVM does not inline the function
    again. Loops with vectors as operands or results, and what calls other
    functions, stay where they are.

    Guarantees: the step does the same in the same order.

    Before:

    ```mlir
    func.func @step(%x: memref<8xf32>, %y: memref<8xf32>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c8 = arith.constant 8 : index
      scf.for %i = %c0 to %c8 step %c1 {
        %e = memref.load %x[%i] : memref<8xf32>
        memref.store %e, %y[%i] : memref<8xf32>
      }
      return
    }
    ```

    After, with `canonicalize`:

    ```mlir
    func.func private @step_0(%x: memref<8xf32>, %y: memref<8xf32>)
        attributes {llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline"]} {
      %c0 = arith.constant 0 : index
      %c8 = arith.constant 8 : index
      %c1 = arith.constant 1 : index
      scf.for %i = %c0 to %c8 step %c1 {
        %e = memref.load %x[%i] : memref<8xf32>
        memref.store %e, %y[%i] : memref<8xf32>
      }
      return
    }
    func.func @step(%x: memref<8xf32>, %y: memref<8xf32>) {
      call @step_0(%x, %y) : (memref<8xf32>, memref<8xf32>) -> ()
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::scf::SCFDialect",
    "::mlir::LLVM::LLVMDialect"
  ];
}

def GemmToBlas : Pass<"mlc-gemm-to-blas", "::mlir::ModuleOp"> {
  let summary = "large products as calls of cblas_sgemm";
  let description = [{
    Assumes: `linalg.matmul` on memrefs, of which those for the library carry
    `mlc.library`.

    Each of these becomes a call of `cblas_sgemm`. Its transposition follows from its
    indexing maps. It adds to its result, as `linalg.matmul` does.

    Guarantees: no op carries `mlc.library`, or there is an error at one whose rows
    have gaps.

    Before:

    ```
    linalg.matmul {mlc.library} ins(%x, %w : memref<8x3xf32>, memref<3x4xf32>) outs(%y : memref<8x4xf32>)
    ```

    After:

    ```
    // order: rows, no transposition, sizes 8, 4, 3; y = 1 * x * w + 1 * y
    call @cblas_sgemm(%c101, %c111, %c111, %c8, %c4, %c3, %one, %x, %c3, %w, %c4, %one, %y, %c4)
    ```
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"
  ];
}

def ApproximateMath : Pass<"mlc-approximate-math", "::mlir::func::FuncOp"> {
  let summary = "exp, log, log1p, tanh, erf in f32 as polynomials";
  let description = [{
    Assumes: functions of f32 in the math dialect, on scalars or vectors.

    Upstream's approximations by polynomials, for scalars and vectors alike.

    Guarantees: an element gets the same bits wherever it stands, in a vector or
    not, on a CPU or a GPU. The relative error is a few units of the last place of
    f32.

    Before:

    ```
    %y = math.exp %x : vector<16xf32>
    ```

    After, shortened:

    ```
    %n = math.floor (%x * 1.44269502 + 0.5)                 // x = n ln 2 + r
    %r = %x - %n * ln 2, in two steps of math.fma
    %p = 1 + %r + %r^2 * (a polynomial of degree 4 in %r)
    %y = %p * 2^%n, by the bits of the exponent
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def RefineReciprocals : Pass<"mlc-refine-reciprocals", "::mlir::func::FuncOp"> {
  let summary = "f32 divisions that may go through a reciprocal do so";
  let description = [{
    Assumes: vector `arith.divf` ops in f32, those that may go through a reciprocal
    with the flag `arcp`.

    With `lanes` = 16 (AVX-512) such a division becomes an estimate of the reciprocal
    (14 bits), a Newton step, a product, and a step that corrects the product by its
    exact remainder. The dividing unit is free for square roots meanwhile. Without
    AVX-512 the flag is taken away, since LLVM would give up the last bits for it.

    Guarantees: the quotient is rounded as the division's is (seen of 640 million
    random pairs), unless an intermediate result overflows or is denormal.

    Source: Markstein, "Computation of elementary functions on the IBM RISC
    System/6000 processor", IBM Journal of Research and Development 34, 1990.

    Before:

    ```mlir
    func.func @step(%x: vector<16xf32>, %y: vector<16xf32>) -> vector<16xf32> {
      %z = arith.divf %x, %y fastmath<arcp> : vector<16xf32>
      return %z : vector<16xf32>
    }
    ```

    After:

    ```mlir
    func.func @step(%x: vector<16xf32>, %y: vector<16xf32>) -> vector<16xf32> {
      %all = arith.constant -1 : i16
      %one = arith.constant dense<1.0> : vector<16xf32>
      %minus = arith.negf %y : vector<16xf32>
      %estimate = llvm.call_intrinsic "llvm.x86.avx512.rcp14.ps.512"(%y, %y, %all) : (vector<16xf32>, vector<16xf32>, i16) -> vector<16xf32>
      %error = math.fma %minus, %estimate, %one : vector<16xf32>
      %reciprocal = math.fma %estimate, %error, %estimate : vector<16xf32>
      %quotient = arith.mulf %x, %reciprocal : vector<16xf32>
      %remainder = math.fma %minus, %quotient, %x : vector<16xf32>
      %z = math.fma %remainder, %reciprocal, %quotient : vector<16xf32>
      return %z : vector<16xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect", "::mlir::LLVM::LLVMDialect"
  ];
  let options = [
    Option<"lanes", "lanes", "int64_t", "16",
           "f32 elements of a vector register">
  ];
}

def PrefetchRows : Pass<"mlc-prefetch-rows", "::mlir::func::FuncOp"> {
  let summary = "sparse rows are prefetched some iterations ahead";
  let description = [{
    Assumes: loops on memrefs.

    In a loop over sparse rows, where a row's non-zeros begin is read in two steps:
    the row's number in the shuffled order, and then its begin. Hardware cannot
    guess it, so the first cache lines of the row whose turn is four iterations
    later are prefetched.

    In a loop over non-zeros that reads a row of a large weight for each, or the
    record of a quantised one, that of the non-zero 32 later is prefetched.

    Guarantees: nothing is computed otherwise; no address beyond the batch is read.

    Before:

    ```
    scf.for %i = 0 to %n { %row = memref.load %rows[%i]; %begin = memref.load %indptr[%row]; ... %indices[%begin ...] }
    ```

    After:

    ```
    scf.for %i = 0 to %n {
      %later = min(%i + 4, %n - 1)
      %begin4 = memref.load %indptr[memref.load %rows[%later]]
      memref.prefetch %indices[%begin4]; memref.prefetch %values[%begin4]
      ...
    ```
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect",
                           "::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect"];
}

def PrefetchTiles : Pass<"mlc-prefetch-tiles", "::mlir::func::FuncOp"> {
  let summary = "what a tile reads after its sums is prefetched during them";
  let description = [{
    Assumes: loops on memrefs with vector code in them.

    An innermost loop that keeps sums in vector registers prefetches to the second
    cache what is read as vectors between it and the next loop: the optimiser's
    state, which an update computed in the registers of its gradient reads. A line
    is prefetched in each of some iterations, so that memory and arithmetic work at
    the same time. (All lines at once would wait for a place in the first cache.)

    Guarantees: nothing is computed otherwise.

    Before:

    ```
    %sums:8 = scf.for %k = 0 to %terms iter_args(...) { ... math.fma ... }
    %m = vector.transfer_read %moment[%i, %j]
    ```

    After:

    ```
    %sums:8 = scf.for %k = 0 to %terms iter_args(...) { memref.prefetch %moment[%i + the line of %k, %j]; ... math.fma ... }
    %m = vector.transfer_read %moment[%i, %j]
    ```
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect",
                           "::mlir::affine::AffineDialect"];
}

def SinkReads : Pass<"mlc-sink-reads", "::mlir::func::FuncOp"> {
  let summary = "vectors are read from memory where they are needed";
  let description = [{
    Assumes: vectors that are read from memrefs, in loops.

    A read moves down its block to the first op that uses it or that may write
    memory. An update of a parameter reads the parameter and its states first and
    computes then, and LLVM keeps that order: with the 16 registers of AVX2 they did
    not fit beside the gradient, and were spilled as soon as they were read.

    Guarantees: the same is computed, from the same memory.

    Before:

    ```mlir
    func.func @f(%m: memref<8xf32>, %w: memref<8xf32>, %g: vector<8xf32>) {
      %c0 = arith.constant 0 : index
      %zero = arith.constant 0.0 : f32
      %moment = vector.transfer_read %m[%c0], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
      %weight = vector.transfer_read %w[%c0], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
      %sum = arith.addf %moment, %g : vector<8xf32>
      %new = arith.subf %weight, %sum : vector<8xf32>
      vector.transfer_write %new, %w[%c0] {in_bounds = [true]} : vector<8xf32>, memref<8xf32>
      return
    }
    ```

    After:

    ```mlir
    func.func @f(%m: memref<8xf32>, %w: memref<8xf32>, %g: vector<8xf32>) {
      %c0 = arith.constant 0 : index
      %zero = arith.constant 0.0 : f32
      %moment = vector.transfer_read %m[%c0], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
      %sum = arith.addf %moment, %g : vector<8xf32>
      %weight = vector.transfer_read %w[%c0], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
      %new = arith.subf %weight, %sum : vector<8xf32>
      vector.transfer_write %new, %w[%c0] {in_bounds = [true]} : vector<8xf32>, memref<8xf32>
      return
    }
    ```
  }];
}

def WeighSums : Pass<"mlc-weigh-sums", "::mlir::func::FuncOp"> {
  let summary = "LLVM is told that sums in vector registers have many terms";
  let description = [{
    Assumes: branches between blocks, of which a loop's first takes what the loop
    hands from iteration to iteration.

    A loop that hands vectors on is said to run for as many iterations as a block of
    a product has terms. LLVM, which otherwise takes 32 for every loop, then keeps
    those vectors in registers, and spills what is only needed outside of the loop.

    Guarantees: nothing is computed otherwise.

    Before:

    ```mlir
    func.func @f(%n: index, %zero: vector<8xf32>) -> vector<8xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      cf.br ^head(%c0, %zero : index, vector<8xf32>)
    ^head(%k: index, %sum: vector<8xf32>):
      %more = arith.cmpi slt, %k, %n : index
      cf.cond_br %more, ^body, ^end
    ^body:
      %next = arith.addi %k, %c1 : index
      %more_sum = arith.addf %sum, %sum : vector<8xf32>
      cf.br ^head(%next, %more_sum : index, vector<8xf32>)
    ^end:
      return %sum : vector<8xf32>
    }
    ```

    After:

    ```mlir
    func.func @f(%n: index, %zero: vector<8xf32>) -> vector<8xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      cf.br ^head(%c0, %zero : index, vector<8xf32>)
    ^head(%k: index, %sum: vector<8xf32>):
      %more = arith.cmpi slt, %k, %n : index
      cf.cond_br %more weights([256, 1]), ^body, ^end
    ^body:
      %next = arith.addi %k, %c1 : index
      %more_sum = arith.addf %sum, %sum : vector<8xf32>
      cf.br ^head(%next, %more_sum : index, vector<8xf32>)
    ^end:
      return %sum : vector<8xf32>
    }
    ```
  }];
}

def EntryPoints : Pass<"mlc-entry-points", "::mlir::ModuleOp"> {
  let summary = "the steps as the functions that the runtime calls";
  let description = [{
    Assumes: the `graph.program` of this name, NAME, and those of its steps that
    are to be entry points: spmd functions on memrefs or, without entries, any
    form of them.

    Adds `mlc_NAME_train`, `mlc_NAME_evaluate` and `mlc_NAME_predict` (and, for
    a profiled training step, `mlc_NAME_train_profiled`), which take an MlcCall
    (include/mlc/RuntimeABI.h), make memrefs of its pointers, as StepRoles.def
    says, and run a step for each batch; and the constant `mlc_program_NAME` of
    type MlcProgram, from the program, which is then removed, and from what the
    steps take and give. Without entries, only the constant: the steps are
    removed, too.
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
    Option<"compilerHash", "compiler-hash", "int64_t", "0",
           "hash of the compiler's executable">,
    Option<"hasEntries", "has-entries", "bool", "true",
           "whether the steps are for a CPU">,
    Option<"hasKernels", "has-kernels", "bool", "false",
           "whether there are kernels for GPUs, described by mlc_device">,
  ];
}

#endif // MLC_LOWERINGPASSES_TD
