//===- LinalgPasses.td - Passes of the stage linalg --------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LINALGPASSES_TD
#define MLC_LINALGPASSES_TD

include "mlir/Pass/PassBase.td"

def GraphToLinalg : Pass<"mlc-graph-to-linalg", "::mlir::func::FuncOp"> {
  let summary = "graph ops as linalg, csr, arith and math ops on tensors";
  let description = [{
    Assumes: a step of the stage autodiff.

    A product with a `#graph.csr` operand becomes a `csr` op; the operand
    itself, only reached through `graph.gather`, becomes three arguments
    (`indptr`, `indices`, `values`) and one for the room that a batch's
    non-zeros may take. Composite ops become what they decompose into
    (CompositeOpInterface), a loss the mean of its terms (LossOpInterface).

    Guarantees: no graph op is left in the function.

    Before: `%h = graph.linear %x, %w, %b : ...`
    After:  `linalg.broadcast` of `%b`, then `linalg.matmul` or `csr.matmul`
    that adds to it.
  }];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::mlir::affine::AffineDialect", "::mlc::csr::CsrDialect"
  ];
}

def CollapseDims : Pass<"mlc-collapse-dims", "::mlir::func::FuncOp"> {
  let summary = "element-wise loops as loops over rows and columns";
  let description = [{
    Assumes: a step of linalg ops on tensors, whose element-wise ops are
    `linalg.generic`.

    A reshape changes no place of an element in memory, and an element-wise loop
    does not care where dimensions end. So a loop beside a reshape gets the
    shape on the reshape's other side (upstream's folding by collapsing), until
    reshapes meet and cancel; an argument or result that is only seen in another
    shape gets that shape; and what is left of more than two dimensions becomes
    a loop over rows, the first, and columns, all others. Loops in which
    dimensions do matter, as those of a softmax along the last of three, stay as
    they are, and so do the element-wise loops around them.

    Guarantees: what is computed and its order stay. A model whose reshapes all
    cancel has the loops of the same model without them.

    Before:

    ```mlir
    #id = affine_map<(n, i, j) -> (n, i, j)>
    func.func @predict_step(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %h: tensor<?x6xf32> {mlc.role = #mlc.role<data>})
        -> (tensor<?x6xf32> {mlc.role = #mlc.role<prediction>}) {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %rows, %c0 : tensor<?xi32>
      %e = tensor.empty(%n) : tensor<?x2x3xf32>
      %x = tensor.expand_shape %h [[0], [1, 2]] output_shape [%n, 2, 3] : tensor<?x6xf32> into tensor<?x2x3xf32>
      %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
          ins(%x : tensor<?x2x3xf32>) outs(%e : tensor<?x2x3xf32>) {
      ^bb0(%a: f32, %old: f32):
        %b = arith.negf %a : f32
        linalg.yield %b : f32
      } -> tensor<?x2x3xf32>
      %z = tensor.collapse_shape %y [[0], [1, 2]] : tensor<?x2x3xf32> into tensor<?x6xf32>
      return %z : tensor<?x6xf32>
    }
    ```

    After, with `canonicalize`:

    ```mlir
    #id = affine_map<(n, i) -> (n, i)>
    func.func @predict_step(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %h: tensor<?x6xf32> {mlc.role = #mlc.role<data>})
        -> (tensor<?x6xf32> {mlc.role = #mlc.role<prediction>}) {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %rows, %c0 : tensor<?xi32>
      %e = tensor.empty(%n) : tensor<?x6xf32>
      %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
          ins(%h : tensor<?x6xf32>) outs(%e : tensor<?x6xf32>) {
      ^bb0(%a: f32, %old: f32):
        %b = arith.negf %a : f32
        linalg.yield %b : f32
      } -> tensor<?x6xf32>
      return %y : tensor<?x6xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::mlir::affine::AffineDialect"
  ];
}

def FuseElementwise : Pass<"mlc-fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "element-wise loops of one shape as one loop";
  let description = [{
    Assumes: linalg ops on tensors.

    Upstream's fusion of element-wise `linalg.generic` ops, and one rule more: a
    producer with several uses is fused, too, if its consumer can be moved before
    all the others. The fused op then has several results. So an optimiser's update
    of a parameter and its states is one loop, and so are a loss's terms and its
    gradient.

    Guarantees: no element is computed more often than before, but for truth
    values, which each consumer computes for itself. No sum changes its order.

    Before:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%g: tensor<8xf32>, %m: tensor<8xf32>, %w: tensor<8xf32>, %e: tensor<8xf32>)
        -> (tensor<8xf32>, tensor<8xf32>) {
      %m1 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
          ins(%m, %g : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32, %old: f32):
        %c = arith.addf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      %w1 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
          ins(%w, %m1 : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32, %old: f32):
        %c = arith.subf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      return %w1, %m1 : tensor<8xf32>, tensor<8xf32>
    }
    ```

    After:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%g: tensor<8xf32>, %m: tensor<8xf32>, %w: tensor<8xf32>, %e: tensor<8xf32>)
        -> (tensor<8xf32>, tensor<8xf32>) {
      %e0 = tensor.empty() : tensor<8xf32>
      %e1 = tensor.empty() : tensor<8xf32>
      %new:2 = linalg.generic {indexing_maps = [#id, #id, #id, #id, #id], iterator_types = ["parallel"]}
          ins(%w, %m, %g : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) outs(%e0, %e1 : tensor<8xf32>, tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32, %c: f32, %old0: f32, %old1: f32):
        %m1 = arith.addf %b, %c : f32
        %w1 = arith.subf %a, %m1 : f32
        linalg.yield %m1, %w1 : f32, f32
      } -> (tensor<8xf32>, tensor<8xf32>)
      return %new#1, %new#0 : tensor<8xf32>, tensor<8xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::affine::AffineDialect"
  ];
}

def UpdateInPlace : Pass<"mlc-update-in-place", "::mlir::func::FuncOp"> {
  let summary = "arguments become buffers, and results are written to them";
  let description = [{
    Assumes: a step on tensors, of one block; each argument and result has a role.

    Arguments become memrefs. The new value of a parameter or state is computed in
    the old one's buffer: the loop that makes it gets the old value as its
    destination, where nothing reads the old value later. Element-wise loops
    elsewhere overwrite an operand that nothing else reads. A result of another role
    gets a memref argument of this role at the end.

    Guarantees: the function has no results. Bufferization needs no copy for what
    was given a destination here.

    Before:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @train_step(%g: tensor<8xf32> {mlc.role = #mlc.role<data>}, %w: tensor<8xf32> {mlc.role = #mlc.role<parameter>})
        -> (tensor<8xf32> {mlc.role = #mlc.role<parameter>}) {
      %e = tensor.empty() : tensor<8xf32>
      %new = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
          ins(%w, %g : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32, %unset: f32):
        %c = arith.subf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      return %new : tensor<8xf32>
    }
    ```

    After:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @train_step(%g: memref<8xf32> {mlc.role = #mlc.role<data>}, %w: memref<8xf32> {mlc.role = #mlc.role<parameter>}) {
      %gt = bufferization.to_tensor %g restrict : memref<8xf32> to tensor<8xf32>
      %wt = bufferization.to_tensor %w restrict writable : memref<8xf32> to tensor<8xf32>
      %e = tensor.empty() : tensor<8xf32>
      %new = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%gt : tensor<8xf32>) outs(%wt : tensor<8xf32>) {
      ^bb0(%b: f32, %old: f32):
        %c = arith.subf %old, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      bufferization.materialize_in_destination %new in writable %w : (tensor<8xf32>, memref<8xf32>) -> ()
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::bufferization::BufferizationDialect", "::mlir::linalg::LinalgDialect"
  ];
}

def CountMultiplications
    : Pass<"mlc-count-multiplications", "::mlir::func::FuncOp"> {
  let summary = "how many products of two numbers a step computes";
  let description = [{
    Assumes: a step after `mlc-update-in-place`.

    The function gets the attribute `mlc.multiplications`: the f32 products of its
    linalg and csr ops as a constant, a factor of the batch's rows and a factor of
    its non-zeros. It becomes MlcEntryPoint's `multiplications`.

    Guarantees: nothing but this attribute changes.

    Before:

    ```mlir
    func.func @step(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>, %y: tensor<?x2xf32>) -> tensor<?x2xf32> {
      %0 = linalg.matmul ins(%x, %w : tensor<?x3xf32>, tensor<3x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
      return %0 : tensor<?x2xf32>
    }
    ```

    After, 3 * 2 products a row:

    ```mlir
    func.func @step(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>, %y: tensor<?x2xf32>) -> tensor<?x2xf32> attributes {mlc.multiplications = array<f64: 0.0, 6.0, 0.0>} {
      %0 = linalg.matmul ins(%x, %w : tensor<?x3xf32>, tensor<3x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
      return %0 : tensor<?x2xf32>
    }
    ```
  }];
}

def NoteWork : Pass<"mlc-note-work", "::mlir::func::FuncOp"> {
  let summary = "each computation's names, operations and bytes, for profiles";
  let description = [{
    Assumes: a step after `mlc-update-in-place`, whose ops of the model have their
    names as locations.

    Each linalg and csr op of the training step gets a number, as metadata of its
    location, which whatever it becomes keeps. The function gets the attribute
    `mlc.work`, which has a dictionary for each number: the names of the model's
    ops in it, and its operations and bytes, each as a constant, a factor of the
    batch's rows and a factor of its non-zeros.

    Guarantees: nothing but locations and this attribute changes.

    Before, an op and its location:

    ```
    %h = linalg.matmul ins(%x, %w) outs(%init)      loc("%h"("model.mlir":12:5))
    ```

    After, the third op of the step, of a [1000, 128] matrix:

    ```
    %h = linalg.matmul ins(%x, %w) outs(%init)      loc(fused<2 : i64>["%h"("model.mlir":12:5)])
    mlc.work = [..., { names = ["%h"], work = array<f64: 0, 256000, 0, 512000, 5024, 0> }, ...]
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

#endif // MLC_LINALGPASSES_TD
