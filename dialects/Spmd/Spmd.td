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
    makes a barrier of it, or `mlc-exchange-to-words` has workers wait for the
    numbers alone that they need. Workers with memories of their own would send
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

/// What a worker hands another one: a number with the step that it is of.
class Spmd_WordOp<string mnemonic, list<Trait> traits = []>
    : Op<Spmd_Dialect, mnemonic, traits> {
  let hasVerifier = 1;
}

def Spmd_PublishOp : Spmd_WordOp<"publish"> {
  let summary = "a number of this step for another worker";
  let description = [{
    Writes `value` and the number of the step that is being run into a word of 8
    bytes, at once: whoever sees the one sees the other. No other worker's
    accesses are ordered by it.

    Constraints:
    - (C1) words have 64 bits, and one index for each dimension.

    Example:

    ```mlir
    func.func @step(%value: f32, %words: memref<64x128xi64>, %row: index, %unit: index) {
      spmd.publish %value, %words[%row, %unit] : memref<64x128xi64>
      return
    }
    ```
  }];
  let arguments = (ins F32:$value,
                       Arg<AnyMemRef, "the words", [MemWrite]>:$words,
                       Variadic<Index>:$indices);
  let assemblyFormat =
      "$value `,` $words `[` $indices `]` attr-dict `:` type($words)";
}

def Spmd_AwaitOp : Spmd_WordOp<"await"> {
  let summary = "waits for a number that another worker publishes";
  let description = [{
    Reads a word until its number of a step is that of the step that is being run,
    and gives the value beside it. Words begin as 0, which is no step's number.
    Nothing but this word is known to have arrived.

    A word has one copy. Its next value may be published by a worker only when all
    who await this one have read it: the pass that makes these ops
    (`mlc-exchange-to-words`) says why that is so.

    Constraints:
    - (C1) words have 64 bits, and one index for each dimension.

    Example:

    ```mlir
    func.func @step(%words: memref<64x128xi64>, %row: index, %unit: index) -> f32 {
      %value = spmd.await %words[%row, %unit] : memref<64x128xi64>
      return %value : f32
    }
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "the words", [MemRead]>:$words,
                       Variadic<Index>:$indices);
  let results = (outs F32:$value);
  let assemblyFormat = "$words `[` $indices `]` attr-dict `:` type($words)";
}

#endif // MLC_DIALECTS_SPMD_SPMD_TD
