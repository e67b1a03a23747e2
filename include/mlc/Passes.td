//===- Passes.td - Passes of mlc ------------------------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file a stage, two of the stage tile, and in it the order in which a program
// passes through them; lib/Pipeline.cpp says how they combine with upstream
// passes. GpuPasses.td has those of GPUs alone.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_PASSES_TD
#define MLC_PASSES_TD

include "mlir/Pass/PassBase.td"

include "include/mlc/AutodiffPasses.td"
include "include/mlc/LinalgPasses.td"
include "include/mlc/TilePasses.td"
include "include/mlc/VectorPasses.td"
include "include/mlc/BufferizePasses.td"
include "include/mlc/SpmdPasses.td"
include "include/mlc/LoweringPasses.td"

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

#endif // MLC_PASSES_TD
