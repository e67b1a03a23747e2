//===- Passes.td - Passes of mlc ------------------------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order in which a program passes through them; lib/Pipeline.cpp says
// how they combine with upstream passes. GpuPasses.td has those of GPUs alone.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_PASSES_TD
#define MLC_PASSES_TD

include "mlir/Pass/PassBase.td"

def SetCosts : Pass<"mlc-set-costs", "::mlir::ModuleOp"> {
  let summary = "other thresholds than lib/CostModel.h's, for tests";
  let description = [{
    Assumes: a module that no pass has run on yet.

    Writes other figures than those of lib/CostModel.h into the module's
    attribute `mlc.costs`, by which later passes choose, so that small models
    reach code that is otherwise for large ones.

    Guarantees: every name is one of lib/CostModel.h's.

    Before:

    ```mlir
    module {
    }
    ```

    After `costs=short-row=4`:

    ```mlir
    module attributes {mlc.costs = {"short-row" = 4}} {
    }
    ```
  }];
  let options = [
    ListOption<"costs", "costs", "std::string", "name=value, ...">,
  ];
  let dependentDialects = ["::mlc::MlcDialect"];
}

//===----------------------------------------------------------------------===//
// autodiff
//===----------------------------------------------------------------------===//

def ForwardSteps : Pass<"mlc-forward-steps", "::mlir::ModuleOp"> {
  let summary = "make the steps of evaluation and prediction";
  let description = [{
    Assumes: a verified `graph.program`, and no symbol with a step's name.

    Adds two functions on tensors behind the program, which stays as the
    description of parameters, initialisers and settings:

    - `@evaluate_step(rows, data, labels, parameters) -> (prediction, loss)`;
    - `@predict_step(rows, data, parameters) -> prediction`.

    Guarantees: each argument and result has its role (include/mlc/Steps.h).
    Nothing in these steps draws random numbers.

    Before:

    ```
    graph.program @line {
      %w = graph.parameter "w" zeros : tensor<3x1xf32>
      graph.predict(%x: tensor<?x3xf32>) {
        %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
        graph.yield %y : tensor<?x1xf32>
      }
      ...
    }
    ```

    After, beside the program:

    ```
    func.func private @predict_step(
        %rows: tensor<?xi32> {mlc.role = "rows"},
        %data: tensor<?x3xf32> {mlc.role = "data"},
        %w: tensor<3x1xf32> {mlc.role = "parameter"})
        -> (tensor<?x1xf32> {mlc.role = "prediction"}) {
      %x = graph.gather %data, %rows : tensor<?x3xf32>, tensor<?xi32>
      %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
      return %y : tensor<?x1xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def MakeGradients : Pass<"mlc-gradients", "::mlir::ModuleOp"> {
  let summary = "make the training step, up to the gradients of its loss";
  let description = [{
    Assumes: a verified `graph.program`, and no symbol `train_step`.

    Adds `@train_step(rows, data, labels, learning_rate, step, position, seed,
    parameters) -> (loss, gradients)` behind the program: forward, then reverse
    mode through DifferentiableOpInterface. Each gradient is a value of its
    parameter's shape, in the parameters' order. What is done to gradients
    before the optimiser sees them (a bound on their norm, sums over several
    batches, noise) is a pass between this one and `mlc-optimizer`.

    A composite op without a gradient rule is first replaced by what it
    decomposes into.

    Guarantees: no gradient is built that no parameter needs; every op that
    draws random numbers has the run's key and a site of its own. An op that
    the loss depends on and that has no rule is an error at that op.

    Before: `graph.program @line`, as for `mlc-forward-steps`, with
    `graph.mse` as its loss.

    After, beside the program:

    ```mlir
    func.func private @train_step(
        %rows: tensor<?xi32> {mlc.role = "rows"}, ...
        %w: tensor<3x1xf32> {mlc.role = "parameter"})
        -> (tensor<f32> {mlc.role = "loss"},
            tensor<3x1xf32> {mlc.role = "gradient"}) {
      %x = graph.gather %data, %rows : tensor<?x3xf32>, tensor<?xi32>
      %t = graph.gather %labels, %rows : tensor<?x1xf32>, tensor<?xi32>
      %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
      %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
      // %dy = 2 * (%y - %t) / n, in arith ops
      %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x3xf32>, tensor<?x1xf32>
      return %l, %dw : tensor<f32>, tensor<3x1xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def ApplyOptimizer : Pass<"mlc-optimizer", "::mlir::ModuleOp"> {
  let summary = "make new parameters of the training step's gradients";
  let description = [{
    Assumes: the `graph.program` and the `@train_step` of `mlc-gradients`, with
    one result of the role `gradient` for each parameter.

    Builds the program's optimiser as primitives, parameter by parameter. What
    it keeps from one step to the next are new arguments at the end, of the role
    `state`, which say which parameter they belong to and their own name; later
    stages know states from these arguments alone.

    Guarantees: the step takes (..., parameters, states) and returns (loss,
    parameters, states), the new for the old in the same order; no gradient is
    a result any more.

    Before: `return %l, %dw : tensor<f32>, tensor<3x1xf32>`

    After, with `sgd(learning_rate = 0.1, momentum = 0.9)`:

    ```mlir
    func.func private @train_step(
        ... %rate: f64 {mlc.role = "learning_rate"}, ...
        %w: tensor<3x1xf32> {mlc.role = "parameter"},
        %b: tensor<3x1xf32> {mlc.parameter = "w", mlc.role = "state",
                             mlc.state = "momentum_buffer"})
        -> (tensor<f32> {mlc.role = "loss"},
            tensor<3x1xf32> {mlc.role = "parameter"},
            tensor<3x1xf32> {mlc.role = "state"}) {
      ...
      // %new_b = 0.9 * %b + %dw and %new_w = %w - %rate * %new_b, in arith ops
      return %l, %new_w, %new_b : tensor<f32>, tensor<3x1xf32>, tensor<3x1xf32>
    }
    ```
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
    "::mlir::linalg::LinalgDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::mlc::csr::CsrDialect"
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
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
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
    func.func @train_step(%g: tensor<8xf32> {mlc.role = "data"}, %w: tensor<8xf32> {mlc.role = "parameter"})
        -> (tensor<8xf32> {mlc.role = "parameter"}) {
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
    func.func @train_step(%g: memref<8xf32> {mlc.role = "data"}, %w: memref<8xf32> {mlc.role = "parameter"}) {
      %gt = bufferization.to_tensor %g restrict : memref<8xf32> to tensor<8xf32>
      %wt = bufferization.to_tensor %w restrict writable : memref<8xf32> to tensor<8xf32>
      %e = tensor.empty() : tensor<8xf32>
      %new = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%gt : tensor<8xf32>) outs(%wt : tensor<8xf32>) {
      ^bb0(%b: f32, %old: f32):
        %c = arith.subf %old, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      bufferization.materialize_in_destination %new in restrict writable %w : (tensor<8xf32>, memref<8xf32>) -> ()
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

//===----------------------------------------------------------------------===//
// tile
//===----------------------------------------------------------------------===//

def DropUnitDims : Pass<"mlc-drop-unit-dims", "::mlir::func::FuncOp"> {
  let summary = "linalg ops without dimensions of one element";
  let description = [{
    Assumes: linalg ops on tensors.

    Upstream's patterns of `linalg-fold-unit-extent-dims`, without the one that has
    a loop read its destination as an input: destinations that
    `mlc-update-in-place` chose must stay.

    Guarantees: no linalg op has a loop of one iteration.

    Before:

    ```mlir
    #id = affine_map<(i, j) -> (i, j)>
    func.func @step(%x: tensor<8x1xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
          ins(%x : tensor<8x1xf32>) outs(%y : tensor<8x1xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.addf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8x1xf32>
      return %r : tensor<8x1xf32>
    }
    ```

    After:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<8x1xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
      %xs = tensor.collapse_shape %x [[0, 1]] : tensor<8x1xf32> into tensor<8xf32>
      %ys = tensor.collapse_shape %y [[0, 1]] : tensor<8x1xf32> into tensor<8xf32>
      %rs = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%xs : tensor<8xf32>) outs(%ys : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.addf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      %r = tensor.expand_shape %rs [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
      return %r : tensor<8x1xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::mlir::affine::AffineDialect"
  ];
}

def TileShards : Pass<"mlc-tile-shards", "::mlir::func::FuncOp"> {
  let summary = "long computations as a scf.forall over shards";
  let description = [{
    Assumes: linalg and csr ops on tensors, without unit dimensions.

    Adds the argument `workers`. A dimension of known size, at least 32, is cut into
    at most 8 shards, which the program fixes (lib/Tile/Shards.h). Each op is split
    along one of these, the first that it has:

    1. its innermost parallel dimension that has shards: a `scf.forall` over them,
       an iteration for all shards of one worker, or for a single shard where the
       library computes a product, since its rounding depends on the shape;
    2. the dimension that it sums over, if its partial sums, one a shard, are no
       more than its terms: a forall makes the partial sums and a balanced binary
       tree adds them, so that only these cross workers;
    3. the rows of the batch, where an op has no shards and a row is much work.

    Consumers are split first, and producers that only they use are fused into
    their foralls. A forall over
    shards carries them as `mlc.shards`. Nothing is split in a function with
    `mlc.independent`.

    Guarantees: the order of a sum, and so its bits, follow from the program, not
    from the number of workers. What is left outside of foralls is little.

    Before:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<128xf32>) -> tensor<128xf32> {
      %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%x : tensor<128xf32>) {
      ^bb0(%a: f32):
        %b = arith.addf %a, %a : f32
        linalg.yield %b : f32
      } -> tensor<128xf32>
      return %y : tensor<128xf32>
    }
    ```

    After, with `canonicalize` and `cse`: 8 shards of 16.

    ```mlir
    #units = affine_map<()[workers] -> ((8 ceildiv workers) * 16)>
    #left = affine_map<(from)[workers] -> (-from + 128, (8 ceildiv workers) * 16)>
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<128xf32>, %workers: index {mlc.role = "workers"}) -> tensor<128xf32> {
      %units = affine.apply #units()[%workers]
      %y = scf.forall (%from) = (0) to (128) step (%units) shared_outs(%out = %x) -> (tensor<128xf32>) {
        %count = affine.min #left(%from)[%workers]
        %slice = tensor.extract_slice %out[%from] [%count] [1] : tensor<128xf32> to tensor<?xf32>
        %part = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%slice : tensor<?xf32>) {
        ^bb0(%a: f32):
          %b = arith.addf %a, %a : f32
          linalg.yield %b : f32
        } -> tensor<?xf32>
        scf.forall.in_parallel {
          tensor.parallel_insert_slice %part into %out[%from] [%count] [1] : tensor<?xf32> into tensor<128xf32>
        }
      } {mlc.shards = #mlc.shards<8 x 16>}
      return %y : tensor<128xf32>
    }
    ```
  }];
  let options = [
    Option<"gemm", "gemm", "::mlc::Gemm", "::mlc::Gemm::Auto",
           "who computes dense products", [{::mlc::gemmValues()}]>,
    Option<"registers", "registers", "int64_t", "32",
           "vector registers: with few, the library computes large products">,
  ];
  let dependentDialects = [
    "::mlc::MlcDialect",
    "::mlir::scf::SCFDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect"
  ];
}

def SampledProducts : Pass<"mlc-sampled-products", "::mlir::func::FuncOp"> {
  let summary = "products at a batch's non-zeros become loops over them";
  let description = [{
    Assumes: csr.sampled_matmul whose destination is a buffer of the caller's,
    as long as the data set's values.

    Guarantees: no csr.sampled_matmul is left. One worker does the loops, or
    each for itself in a step that it runs alone; the sum over a row's columns
    is a linalg op, which `mlc-vectorize` makes vectors of.

    Before: `%y = csr.sampled_matmul ins(%rows, %indptr, %indices, %dy, %w) outs(%out) : ...`

    After:

    ```mlir
    %y = scf.for %i = %c0 to %n step %c1 iter_args(%list = %out) -> (tensor<?xf32>) {
      // row, begin and end of example %i; its row of %dy
      %filled = scf.for %p = %begin to %end step %c1 iter_args(%l = %list) -> (tensor<?xf32>) {
        // %value: the sum of products of %dy's row and of row indices[%p] of %w
        %next = tensor.insert %value into %l[%p] : tensor<?xf32>
        scf.yield %next : tensor<?xf32>
      }
      scf.yield %filled : tensor<?xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::mlir::arith::ArithDialect"
  ];
}

def FuseMultiplyAdd : Pass<"mlc-fuse-multiply-add", "::mlir::func::FuncOp"> {
  let summary = "products that are only added as one operation";
  let description = [{
    Assumes: linalg ops, of which those for the library carry `mlc.library`.

    `linalg.matmul` ops that are not for the library become `linalg.generic`. If
    the machine has the operation, `x * y + z` and `z - x * y` in every body become
    one `math.fma`, where the product has no other use.

    Guarantees: this is decided before code is split and copied, so an element gets
    the same bits in every copy. LLVM contracts nothing later.

    Before:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%x : tensor<8xf32>) outs(%y : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.mulf %a, %a : f32
        %d = arith.addf %b, %c : f32
        linalg.yield %d : f32
      } -> tensor<8xf32>
      return %r : tensor<8xf32>
    }
    ```

    After:

    ```mlir
    #id = affine_map<(i) -> (i)>
    func.func @step(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%x : tensor<8xf32>) outs(%y : tensor<8xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = math.fma %a, %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<8xf32>
      return %r : tensor<8xf32>
    }
    ```
  }];
  let options = [Option<"available", "available", "bool", "true",
                        "whether the machine has it">];
  let dependentDialects = ["::mlir::math::MathDialect"];
}

def BlockTerms : Pass<"mlc-block-terms", "::mlir::func::FuncOp"> {
  let summary = "long sums of large products in blocks of terms";
  let description = [{
    Assumes: products of dense matrices as `linalg.generic`, as
    `mlc-fuse-multiply-add` leaves them.

    A product whose right side outgrows the near caches becomes a loop over
    blocks of its terms, one after another: a tile's rows of a block stay near
    until all tiles have read them. Where many tiles of columns read the left
    side, each block reads a copy of its part, whose rows do not lie a power of
    two apart. A product that another op reads is left as it is: it will be
    computed in that op's registers.

    Guarantees: the terms of each sum are added in the same order, so that its
    bits are the same.

    Before:

    ```mlir
    #x = affine_map<(i, j, k) -> (i, k)>
    #w = affine_map<(i, j, k) -> (k, j)>
    #y = affine_map<(i, j, k) -> (i, j)>
    module attributes {mlc.costs = {"block-elements" = 4096, "block-terms" = 64}} {
      func.func @layer(%x: tensor<8x128xf32>, %w: tensor<128x32xf32>, %init: tensor<8x32xf32>) -> tensor<8x32xf32> {
        %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]}
            ins(%x, %w : tensor<8x128xf32>, tensor<128x32xf32>) outs(%init : tensor<8x32xf32>) {
        ^bb0(%a: f32, %b: f32, %sum: f32):
          %next = math.fma %a, %b, %sum : f32
          linalg.yield %next : f32
        } -> tensor<8x32xf32>
        return %y : tensor<8x32xf32>
      }
    }
    ```

    After (`canonicalize`):

    ```mlir
    #x = affine_map<(i, j, k) -> (i, k)>
    #w = affine_map<(i, j, k) -> (k, j)>
    #y = affine_map<(i, j, k) -> (i, j)>
    module attributes {mlc.costs = {"block-elements" = 4096, "block-terms" = 64}} {
      func.func @layer(%x: tensor<8x128xf32>, %w: tensor<128x32xf32>, %init: tensor<8x32xf32>) -> tensor<8x32xf32> {
        %c0 = arith.constant 0 : index
        %c128 = arith.constant 128 : index
        %c64 = arith.constant 64 : index
        %y = scf.for %k = %c0 to %c128 step %c64 iter_args(%sum = %init) -> (tensor<8x32xf32>) {
          %xk = tensor.extract_slice %x[0, %k] [8, 64] [1, 1] : tensor<8x128xf32> to tensor<8x64xf32>
          %wk = tensor.extract_slice %w[%k, 0] [64, 32] [1, 1] : tensor<128x32xf32> to tensor<64x32xf32>
          %next = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]}
              ins(%xk, %wk : tensor<8x64xf32>, tensor<64x32xf32>) outs(%sum : tensor<8x32xf32>) {
          ^bb0(%a: f32, %b: f32, %s: f32):
            %t = math.fma %a, %b, %s : f32
            linalg.yield %t : f32
          } -> tensor<8x32xf32>
          scf.yield %next : tensor<8x32xf32>
        }
        return %y : tensor<8x32xf32>
      }
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::affine::AffineDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::mlir::arith::ArithDialect"
  ];
}

def RegisterTiles : Pass<"mlc-register-tiles", "::mlir::func::FuncOp"> {
  let summary = "ops in tiles that vector registers hold";
  let description = [{
    Assumes: linalg and csr ops on tensors, in a function, a forall or a loop.

    Each op that can be computed in vector registers becomes a loop over tiles
    of its result. An element-wise op or a csr product has tiles of one row, a
    dense product tiles of several rows and two registers a row, whose sums stay
    in registers. What uses a product alone is tiled with it, so that it is
    computed in the product's registers; so is what starts it. Whole tiles come
    first; then what is left of the columns, a register at a time, and what is
    left of the rows, row by row. What the tiles of a large product read is
    packed before (lib/Tile/PackOperands.h).

    Guarantees: an op that is to become vector code carries its tile as
    `mlc.tile` (dialects/Mlc); only tiles that are left of the columns are
    masked.

    Before:

    ```
    %y = linalg.generic {...} ins(%x : tensor<?x50xf32>) outs(%init : tensor<?x50xf32>)
    ```

    After, with registers of 8 elements:

    ```
    %whole = scf.for %i = %c0 to %n step %c1 iter_args(...) {
      scf.for %j = %c0 to %c32 step %c32 iter_args(...) {
        linalg.generic {..., mlc.tile = #mlc.tile<1x32>} ... -> tensor<1x32xf32>
    %y = scf.for %i = %c0 to %n step %c1 iter_args(...) {
      scf.for %j = %c32 to %c50 step %c8 iter_args(...) {
        linalg.generic {..., mlc.tile = #mlc.tile<1x8, masked>} ... -> tensor<1x?xf32>
    ```
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", "16", "f32 elements of a register">,
    Option<"registers", "registers", "int64_t", "32",
           "vector registers, which element-wise ops on rows share">,
  ];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::tensor::TensorDialect", "::mlc::MlcDialect"
  ];
}

def TouchedRows : Pass<"mlc-touched-rows", "::mlir::func::FuncOp"> {
  let summary = "updates of rows as loops over those that the batch touches";
  let description = [{
    Assumes: each `csr.update_rows` is a tile of columns, after
    `mlc-register-tiles`; those of one update have the same first row and number
    of rows.

    The batch's columns in the range of rows are grouped without a pass over all
    of them, once for all tiles of an update in a forall, so by each shard of
    rows for itself. An update becomes a loop over them: the products and the
    region of a row, in the tile's registers.

    Guarantees: no `csr.update_rows` is left; `mlc.tile` stands on the ops of
    each row.

    Before:

    ```
    %new = csr.update_rows batch(...) rows(%first, %count) products(%dy) outs(%w) {...}
        {columns = 10000 : i64, mlc.tile = #mlc.tile<1x16>} : ... -> tensor<?x16xf32>
    ```

    After:

    ```
    %new = scf.for %rank = %c0 to %touched step %c1 iter_args(%old = %w) -> (tensor<?x16xf32>) {
      %column = tensor.extract %columns[%rank] : tensor<10000xi32>
      // %row = %column - %first, and its slice of %old
      %g = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %none, %dy) outs(%zeros)
          {mlc.tile = #mlc.tile<1x16>} : ... -> tensor<1x16xf32>
      %next = linalg.generic {..., mlc.tile = #mlc.tile<1x16>} ins(%g) outs(%slice)
      // insert %next
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::mlir::linalg::LinalgDialect"
  ];
}

def Vectorize : Pass<"mlc-vectorize", "::mlir::func::FuncOp"> {
  let summary = "tiles as vector code, and a batch's columns as loops";
  let description = [{
    Assumes: ops with `mlc.tile`, whose operands are slices of the tile's size.

    An op with a tile becomes vector code: a dense product a loop over its terms
    whose sums are vectors, a csr product a loop over the non-zeros of its row,
    an element-wise op its body on vectors, row by row where it shares registers
    with a product. A `csr.group_columns` becomes loops.

    Guarantees: no op carries `mlc.tile` and no csr op is left; one without a
    tile is an error at the op.

    Before:

    ```mlir
    #id = affine_map<(i, j) -> (i, j)>
    func.func @step(%x: tensor<1x32xf32>, %y: tensor<1x32xf32>) -> tensor<1x32xf32> {
      %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
          ins(%x : tensor<1x32xf32>) outs(%y : tensor<1x32xf32>) attrs = {mlc.tile = #mlc.tile<1x32>} {
      ^bb0(%a: f32, %b: f32):
        %sum = arith.addf %a, %b : f32
        linalg.yield %sum : f32
      } -> tensor<1x32xf32>
      return %z : tensor<1x32xf32>
    }
    ```

    After (`canonicalize`):

    ```mlir
    func.func @step(%x: tensor<1x32xf32>, %y: tensor<1x32xf32>) -> tensor<1x32xf32> {
      %c0 = arith.constant 0 : index
      %unset = ub.poison : f32
      %a = vector.transfer_read %x[%c0, %c0], %unset {in_bounds = [true, true]} : tensor<1x32xf32>, vector<1x32xf32>
      %b = vector.transfer_read %y[%c0, %c0], %unset {in_bounds = [true, true]} : tensor<1x32xf32>, vector<1x32xf32>
      %sum = arith.addf %a, %b : vector<1x32xf32>
      %z = vector.transfer_write %sum, %y[%c0, %c0] {in_bounds = [true, true]} : vector<1x32xf32>, tensor<1x32xf32>
      return %z : tensor<1x32xf32>
    }
    ```
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", "16", "f32 elements of a register">,
  ];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def LowerMasks : Pass<"mlc-lower-masks", "::mlir::func::FuncOp"> {
  let summary = "masks of one dimension; what was stored with one is not loaded";
  let description = [{
    Assumes: reads and writes that have masks themselves, after upstream's
    `lower-vector-mask`, and equal masks that are one value, after common
    subexpression elimination.

    A mask of two dimensions becomes one of a row, spread. A masked read of what
    a write with the same mask has just stored becomes the vector itself where
    the mask is set, and the padding elsewhere, so that a tile of what is left of
    the columns stays in registers from one op to the next, too. (Upstream's
    canonicalisation does so without masks.)

    Guarantees: every mask that is made has one dimension.

    Before:

    ```mlir
    func.func @step(%x: tensor<?xf32>, %a: vector<8xf32>, %mask: vector<8xi1>) -> vector<8xf32> {
      %c0 = arith.constant 0 : index
      %zero = arith.constant 0.0 : f32
      %t = vector.transfer_write %a, %x[%c0], %mask {in_bounds = [true]} : vector<8xf32>, tensor<?xf32>
      %b = vector.transfer_read %t[%c0], %zero, %mask {in_bounds = [true]} : tensor<?xf32>, vector<8xf32>
      return %b : vector<8xf32>
    }
    ```

    After:

    ```mlir
    func.func @step(%x: tensor<?xf32>, %a: vector<8xf32>, %mask: vector<8xi1>) -> vector<8xf32> {
      %zeros = arith.constant dense<0.0> : vector<8xf32>
      %b = arith.select %mask, %a, %zeros : vector<8xi1>, vector<8xf32>
      return %b : vector<8xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect"
  ];
}

//===----------------------------------------------------------------------===//
// bufferize
//===----------------------------------------------------------------------===//

def SeparateBuffers : Pass<"mlc-separate-buffers", "::mlir::func::FuncOp"> {
  let summary = "one buffer for each tensor that begins unset or filled";
  let description = [{
    Assumes: ops on tensors, before bufferization.

    Undoes what common subexpression elimination does to `tensor.empty` and
    `linalg.fill`: each op that uses one gets its own. If a `scf.forall` uses it
    inside, it is made there. Slices that are taken and put back belong together
    and keep one tensor.

    Guarantees: bufferization neither reuses memory for two values nor copies for
    their sake. So what one worker writes need never wait until others have read
    another value; `mlc-plan-workspace` lets buffers share bytes where that is safe.

    Before:

    ```mlir
    func.func @step(%x: tensor<32xf32>) -> (tensor<32xf32>, tensor<32xf32>) {
      %e = tensor.empty() : tensor<32xf32>
      %a = linalg.exp ins(%x : tensor<32xf32>) outs(%e : tensor<32xf32>) -> tensor<32xf32>
      %b = linalg.log ins(%x : tensor<32xf32>) outs(%e : tensor<32xf32>) -> tensor<32xf32>
      return %a, %b : tensor<32xf32>, tensor<32xf32>
    }
    ```

    After:

    ```mlir
    func.func @step(%x: tensor<32xf32>) -> (tensor<32xf32>, tensor<32xf32>) {
      %e = tensor.empty() : tensor<32xf32>
      %f = tensor.empty() : tensor<32xf32>
      %a = linalg.exp ins(%x : tensor<32xf32>) outs(%e : tensor<32xf32>) -> tensor<32xf32>
      %b = linalg.log ins(%x : tensor<32xf32>) outs(%f : tensor<32xf32>) -> tensor<32xf32>
      return %a, %b : tensor<32xf32>, tensor<32xf32>
    }
    ```
  }];
}

//===----------------------------------------------------------------------===//
// spmd
//===----------------------------------------------------------------------===//

def PlaceBarriers : Pass<"mlc-place-barriers", "::mlir::ModuleOp"> {
  let summary = "which worker does what, and where data crosses workers";
  let description = [{
    Assumes: `scf.forall` on memrefs, one after another and not nested, each with
    its `mlc.shards`, or over rows of the batch; a training step is called again and
    again; a slice whose offset follows from a forall's variable belongs to that
    iteration's worker.

    Adds the argument `worker` and says for each op outside of foralls who does it:

    | it writes | it is done by |
    |---|---|
    | memory of the step that no forall writes and that a forall reads, directly or through other such ops | each worker for itself, in private memory (`#mlc.memory<private>`) |
    | other memory | the leader, worker 0 (`mlc.leader`) |
    | nothing, and only the leader uses its results | the leader |
    | nothing else | each worker |

    The leader also does what needs fewer exchanges if it does it. Memory that is
    allocated in a forall is private and taken out of it. Memory of the step through
    which data crosses workers is double-buffered (`#mlc.memory<double_buffered>`):
    odd and even steps use different copies.

    A `spmd.exchange`, which no worker passes before all have reached it, is placed
    between two accesses to the same memory by different workers, one of which
    writes, in one step or from one step to the next. (A write and a read of
    double-buffered memory one step apart are no such pair.) It names the buffers
    and what happens to them. A function with `mlc.independent` gets none, and all
    its memory is private.

    Guarantees: workers pass the same exchanges equally often, and between two of
    them no worker writes what another one touches.

    Before:

    ```mlir
    func.func @step(%x: memref<64xf32> {mlc.role = "data"}, %w: memref<64xf32> {mlc.role = "parameter"},
                    %workers: index {mlc.role = "workers"}) {
      %a = memref.alloc() : memref<64xf32>
      scf.forall (%i) = (0) to (64) step (16) {
        %xs = memref.subview %x[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        %as = memref.subview %a[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        linalg.exp ins(%xs : memref<16xf32, strided<[1], offset: ?>>) outs(%as : memref<16xf32, strided<[1], offset: ?>>)
      } {mlc.shards = #mlc.shards<4 x 16>}
      scf.forall (%i) = (0) to (64) step (16) {
        %first = memref.subview %a[0] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1]>>
        %ws = memref.subview %w[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        linalg.exp ins(%first : memref<16xf32, strided<[1]>>) outs(%ws : memref<16xf32, strided<[1], offset: ?>>)
      } {mlc.shards = #mlc.shards<4 x 16>}
      return
    }
    ```

    After: all iterations of the second forall read what the first iteration of the
    first one wrote.

    ```mlir
    func.func @step(%x: memref<64xf32> {mlc.role = "data"}, %w: memref<64xf32> {mlc.role = "parameter"},
                    %workers: index {mlc.role = "workers"}, %worker: index {mlc.role = "worker"}) {
      %a = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<64xf32>
      scf.forall (%i) = (0) to (64) step (16) {
        %xs = memref.subview %x[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        %as = memref.subview %a[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        linalg.exp ins(%xs : memref<16xf32, strided<[1], offset: ?>>) outs(%as : memref<16xf32, strided<[1], offset: ?>>)
      } {mlc.shards = #mlc.shards<4 x 16>}
      spmd.exchange gather %a : memref<64xf32>
      scf.forall (%i) = (0) to (64) step (16) {
        %first = memref.subview %a[0] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1]>>
        %ws = memref.subview %w[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
        linalg.exp ins(%first : memref<16xf32, strided<[1]>>) outs(%ws : memref<16xf32, strided<[1], offset: ?>>)
      } {mlc.shards = #mlc.shards<4 x 16>}
      return
    }
    ```
  }];
  let dependentDialects = ["::mlc::MlcDialect", "::mlc::spmd::SpmdDialect"];
}

def PackParts : Pass<"mlc-pack-parts", "::mlir::func::FuncOp"> {
  let summary = "a worker's columns of a matrix as one contiguous part";
  let description = [{
    Assumes: a function after `mlc-place-barriers`.

    A matrix of which every forall touches only the columns of its worker's shards
    is laid out part by part: columns that lie side by side in a row would share
    the cache lines that hardware fetches ahead, and workers would take them from
    one another all the time. A buffer of the step is laid out so from the start. A
    parameter or state of at most 4 MiB is kept so in memory of the step: copied
    there where a call of the program begins (argument `call_begins`), and back
    where it ends (`call_ends`).

    Guarantees: a part lies at the same place in every step, since other workers
    may still be at the step before.

    Before, in a forall over 64 columns of a matrix of at most 5 rows:

    ```
    %part = memref.subview %a[0, %from] [%n, %columns] [1, 1] : memref<?x64xf32> to memref<?x?xf32, strided<[64, 1], offset: ?>>
    ```

    After:

    ```
    %begin = %from * 5
    %part = memref.reinterpret_cast %a to offset: [%begin], sizes: [%n, %columns], strides: [%columns, 1]
    ```
  }];
  let dependentDialects = [
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
    "::mlir::affine::AffineDialect", "::mlir::scf::SCFDialect"
  ];
}

def PlanWorkspace : Pass<"mlc-plan-workspace", "::mlir::func::FuncOp"> {
  let summary = "every buffer as a view of one workspace";
  let description = [{
    Assumes: bufferised functions whose allocations stand in the function's own
    block, and whose dynamic sizes are the batch or the room for its non-zeros.

    Adds the argument `workspace`. Each `memref.alloc` becomes a view of it, at a
    64-byte boundary. First come the buffers that workers share, none of which
    overlap, since workers are at different ops at the same time; a double-buffered
    one (`mlc.memory`) has two places, of which the step's number chooses one. Then
    comes a part for each worker with its own buffers (`private`), which share bytes
    where they are never needed at the same time.

    Guarantees: no allocation is left, or there is an error at one that is. The
    attribute `mlc.workspace` has the bytes: shared, of each worker, and of each
    worker for each non-zero.

    Before:

    ```mlir
    func.func @step(%rows: memref<?xi32> {mlc.role = "rows"}, %number: i64 {mlc.role = "step"},
                    %worker: index {mlc.role = "worker"}) attributes {mlc.batch = 8 : i64} {
      %c0 = arith.constant 0 : index
      %zero = arith.constant 0.0 : f32
      %n = memref.dim %rows, %c0 : memref<?xi32>
      %shared = memref.alloc(%n) {mlc.memory = #mlc.memory<double_buffered>} : memref<?x4xf32>
      %private = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<3xf32>
      linalg.fill ins(%zero : f32) outs(%shared : memref<?x4xf32>)
      linalg.fill ins(%zero : f32) outs(%private : memref<3xf32>)
      return
    }
    ```

    After, with `canonicalize`: 2 x 128 shared bytes, and 64 of each worker.

    ```mlir
    func.func @step(%rows: memref<?xi32> {mlc.role = "rows"}, %number: i64 {mlc.role = "step"},
                    %worker: index {mlc.role = "worker"}, %workspace: memref<?xi8> {mlc.role = "workspace"})
        attributes {mlc.batch = 8 : i64, mlc.workspace = array<i64: 256, 64, 0>} {
      %c128 = arith.constant 128 : index
      %c1 = arith.constant 1 : index
      %zero = arith.constant 0.0 : f32
      %c0 = arith.constant 0 : index
      %c256 = arith.constant 256 : index
      %c64 = arith.constant 64 : index
      %before = arith.muli %worker, %c64 : index
      %base = arith.addi %before, %c256 : index
      %n = memref.dim %rows, %c0 : memref<?xi32>
      %step = arith.index_cast %number : i64 to index
      %odd = arith.andi %step, %c1 : index
      %offset = arith.muli %odd, %c128 : index
      %shared = memref.view %workspace[%offset][%n] : memref<?xi8> to memref<?x4xf32>
      %private = memref.view %workspace[%base][] : memref<?xi8> to memref<3xf32>
      linalg.fill ins(%zero : f32) outs(%shared : memref<?x4xf32>)
      linalg.fill ins(%zero : f32) outs(%private : memref<3xf32>)
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect"
  ];
}

def SpmdWorkers : Pass<"mlc-spmd-workers", "::mlir::func::FuncOp"> {
  let summary = "one program that every worker runs";
  let description = [{
    Assumes: a function after `mlc-place-barriers`.

    Of a forall's n iterations, a worker runs ceil(n / workers), one after another.
    What has the attribute `mlc.leader` is done by worker 0 alone, and all else by
    every worker.

    Guarantees: no forall is left, or there is an error at one that is.

    Before:

    ```mlir
    func.func @step(%w: memref<64xf32>, %loss: memref<f32>, %x: f32,
                    %workers: index {mlc.role = "workers"}, %worker: index {mlc.role = "worker"}) {
      scf.forall (%i) = (0) to (64) step (16) {
        memref.store %x, %w[%i] : memref<64xf32>
      }
      memref.store %x, %loss[] {mlc.leader} : memref<f32>
      return
    }
    ```

    After, with `canonicalize` and `cse`:

    ```mlir
    func.func @step(%w: memref<64xf32>, %loss: memref<f32>, %x: f32,
                    %workers: index {mlc.role = "workers"}, %worker: index {mlc.role = "worker"}) {
      %c0 = arith.constant 0 : index
      %c16 = arith.constant 16 : index
      %c1 = arith.constant 1 : index
      %c4 = arith.constant 4 : index
      %share = arith.ceildivui %c4, %workers : index
      %begin = arith.muli %worker, %share : index
      %after = arith.addi %begin, %share : index
      %end = arith.minui %after, %c4 : index
      scf.for %n = %begin to %end step %c1 {
        %i = arith.muli %n, %c16 : index
        memref.store %x, %w[%i] : memref<64xf32>
      }
      %isLeader = arith.cmpi eq, %worker, %c0 : index
      scf.if %isLeader {
        memref.store %x, %loss[] : memref<f32>
      }
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect"
  ];
}

def ExchangeToBarrier : Pass<"mlc-exchange-to-barrier", "::mlir::ModuleOp"> {
  let summary = "workers that share memory wait for one another";
  let description = [{
    Assumes: functions after `mlc-spmd-workers`, whose workers share their memory.

    A step with a `spmd.exchange` gets an argument for the runtime's barrier, and
    each exchange becomes a call of it: what a worker wrote before is visible to all
    after it, so that nothing is copied.

    Guarantees: no `spmd.exchange` is left.

    Before:

    ```
    spmd.exchange gather %a : memref<64xf32>
    ```

    After:

    ```
    %number = arith.index_cast %worker : index to i64
    call @mlc_barrier(%barrier, %number) : (!llvm.ptr, i64) -> ()
    ```
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect"
  ];
}

def ProfileStep : Pass<"mlc-profile-step", "::mlir::ModuleOp"> {
  let summary = "a copy of the training step that tells where its time goes";
  let description = [{
    Assumes: functions after `mlc-spmd-workers`; the training step has the attribute
    `mlc.work` of `mlc-note-work`.

    Adds the function `profiled_train_step`: the training step with a call of
    `mlc_profile` after each of its outermost loops, branches and barriers. Regions
    of the same names are one. The new function's attribute `mlc.work` has the work
    of each region: that of the computations whose numbers it is the first to hold.

    Guarantees: the training step itself stays as it is, without its `mlc.work`.

    Before:

    ```
    scf.for ... { ... }                                     loc(fused<2 : i64>[...])
    call @mlc_barrier(%barrier, %number)
    ```

    After, in `profiled_train_step`:

    ```
    scf.for ... { ... }
    call @mlc_profile(%profile, %number, %region)           // the region "%h", say
    call @mlc_barrier(%barrier, %number)
    call @mlc_profile(%profile, %number, %waiting)          // "waiting for other workers"
    ```
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect"
  ];
}

//===----------------------------------------------------------------------===//
// lowering
//===----------------------------------------------------------------------===//

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

#endif // MLC_PASSES_TD
