//===- Graph.td - The graph dialect --------------------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_GRAPH_TD
#define MLC_DIALECTS_GRAPH_GRAPH_TD

include "mlir/IR/OpBase.td"

def Graph_Dialect : Dialect {
  let name = "graph";
  let cppNamespace = "::mlc::graph";
  let summary = "What a training program is";
  let description = [{
    A model file holds one `graph.program`: its parameters, how it predicts,
    what its loss is and how it descends.

    ```mlir
    !features = tensor<?x1000xf32, #graph.csr>
    graph.program @imdb_mlp {
      %w1 = graph.parameter "layer1.weight" uniform_fan_in : tensor<1000x128xf32>
      %b1 = graph.parameter "layer1.bias" uniform(0.0316) : tensor<128xf32>
      %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<128x1xf32>
      %b2 = graph.parameter "layer2.bias" uniform(0.0884) : tensor<1xf32>
      graph.predict(%x: !features) {
        %h = graph.linear %x, %w1, %b1 : !features, tensor<1000x128xf32>, tensor<128xf32>
        %a = graph.relu %h : tensor<?x128xf32>
        %y = graph.linear %a, %w2, %b2 : tensor<?x128xf32>, tensor<128x1xf32>, tensor<1xf32>
        graph.yield %y : tensor<?x1xf32>
      }
      graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
        %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
        graph.yield %l : tensor<f32>
      }
      graph.train adam(learning_rate = 1.0e-3) batch(64) epochs(10)
    }
    ```

    Shapes: `n` is the number of examples of a batch and is written `?`; all
    other dimensions are known, or written `?features` and `?outputs`, which
    `mlc compile --data FILE` replaces by the width of a data set and by the
    columns of its labels or its classes. Numbers are `f32`; class labels are `i32`.
    Weights are `[in, out]`. Semantics follow PyTorch where it has them.

    Operand types are written, result types are inferred. Each constraint has a
    number in its op's text, which the verifier's message cites.

    The ops under "Primitives" are made by the compiler: they are what gradient
    rules and data access are written in.
  }];
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

include "dialects/Graph/GraphAttrs.td"
include "dialects/Graph/ProgramOps.td"
include "dialects/Graph/OperationOps.td"
include "dialects/Graph/RowOps.td"
include "dialects/Graph/LossOps.td"
include "dialects/Graph/DistillationOps.td"
include "dialects/Graph/PrimitiveOps.td"

#endif // MLC_DIALECTS_GRAPH_GRAPH_TD
