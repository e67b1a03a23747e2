//===- BufferizePasses.td - Passes of the stage bufferize --*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_BUFFERIZEPASSES_TD
#define MLC_BUFFERIZEPASSES_TD

include "mlir/Pass/PassBase.td"

def SeparateBuffers : Pass<"mlc-separate-buffers", "::mlir::func::FuncOp"> {
  let summary = "one buffer for each tensor that begins unset or filled";
  let description = [{
    Assumes: ops on tensors, before bufferization.

    Undoes what common subexpression elimination does to `tensor.empty` and
    `linalg.fill`, and to a row that is repeated as the start of several sums: each
    op that uses one gets its own. If a `scf.forall` uses it inside, it is made
    there. Slices that are taken and put back belong together
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

#endif // MLC_BUFFERIZEPASSES_TD
