//===- Passes.h - Every pass of mlc ---------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_PASSES_H
#define MLC_PASSES_H

#include "mlc/Stages.h"

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
namespace func {
class FuncOp;
} // namespace func
} // namespace mlir

namespace mlc {

#define GEN_PASS_DECL
#include "mlc/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mlc/Passes.h.inc"

} // namespace mlc

#endif // MLC_PASSES_H
