//===- Object.h - Object files --------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_OBJECT_H
#define MLC_LIB_EMIT_OBJECT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace mlc {

/// Translates a module in LLVM's dialect, optimises it for `machine` and
/// returns the bytes of an object file.
llvm::Expected<llvm::SmallVector<char, 0>>
emitObject(mlir::ModuleOp module, llvm::TargetMachine &machine);

} // namespace mlc

#endif // MLC_LIB_EMIT_OBJECT_H
