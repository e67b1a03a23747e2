//===- GpuPasses.h - Passes on the way to a GPU alone -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_GPUPASSES_H
#define MLC_GPUPASSES_H

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
#include "mlc/GpuPasses.h.inc"

#define GEN_PASS_REGISTRATION
#include "mlc/GpuPasses.h.inc"

} // namespace mlc

#endif // MLC_GPUPASSES_H
