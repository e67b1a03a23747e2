//===- Spmd.td - One program for all workers ---------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_SPMD_SPMD_TD
#define MLC_DIALECTS_SPMD_SPMD_TD

include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Spmd_Dialect : Dialect {
  let name = "spmd";
  let cppNamespace = "::mlc::spmd";
  let summary = "one program that all workers of a training step run";
  let description = [{
    A training step is one program that every worker runs (a thread of a CPU, a
    thread block of a GPU). Worker 0 is the leader. Memory is shared by all
    workers, private to each of them, or split into shards, each of which
    belongs to one worker.
  }];
}

def Spmd_Crossing : I64EnumAttr<"Crossing", "what happens to a buffer", [
    I64EnumAttrCase<"Gather", 0, "gather">,
    I64EnumAttrCase<"Partials", 1, "partials">,
    I64EnumAttrCase<"Broadcast", 2, "broadcast">,
    I64EnumAttrCase<"Order", 3, "order">
  ]> {
  let cppNamespace = "::mlc::spmd";
}

def Spmd_ExchangeOp : Op<Spmd_Dialect, "exchange"> {
  let summary = "workers wait for one another, and what they wrote crosses";
  let description = [{
    No worker passes this op before all workers have reached it. What any of
    them wrote to `buffers` before is then visible to all. Each buffer has one
    of these kinds:

    | kind | before the exchange | after it |
    |---|---|---|
    | `gather` | each worker wrote its shards | others read them (an all-gather) |
    | `partials` | each worker wrote a partial sum for each of its shards | all are added by the fixed tree (a reduction) |
    | `broadcast` | the leader wrote | others read it |
    | `order` | some worker read or wrote | another overwrites it; nothing moves |

    Where a buffer is of several kinds, it has the first of them in this table.
    Workers that share memory need only the waiting: `mlc-exchange-to-barrier`
    makes a barrier of it. Workers with memories of their own would send
    messages for the first three kinds, and nothing for the last.

    Constraints:
    - (C1) each buffer is named once.
    - (C2) there are as many kinds as buffers.

    Example:

    ```mlir
    func.func @step(%partial: memref<8x64xf32>, %bias: memref<64xf32>) {
      spmd.exchange partials %partial : memref<8x64xf32>, order %bias : memref<64xf32>
      return
    }
    ```
  }];
  let arguments = (ins Variadic<AnyMemRef>:$buffers,
                       DenseI64ArrayAttr:$crossings);
  let assemblyFormat =
      "custom<Crossings>($crossings, $buffers, type($buffers)) attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    Crossing getCrossing(unsigned index) {
      return static_cast<Crossing>(getCrossings()[index]);
    }
  }];
}

#endif // MLC_DIALECTS_SPMD_SPMD_TD
