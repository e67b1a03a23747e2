//===- Object.h - Object files --------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_OBJECT_H
#define MLC_LIB_EMIT_OBJECT_H

#include "CodeGeneration.h"

#include "mlir/IR/BuiltinOps.h"

namespace mlc {

struct DeviceCode;
class StageRunner;

struct ObjectOptions {
  CodeOptions code = {};
  /// What the table `mlc_device` is made of, where there is one.
  const DeviceCode *device = nullptr;
  /// The weights file that goes into it (mlc/EmbeddedWeights.h); null: none.
  llvm::StringRef weights = {};
  /// What a library has beside its code (mlc/ModelImage.h); null: none.
  llvm::StringRef image = {};
  /// Whether LLVM may work on two threads, each of which makes an object file.
  bool mayBeTwo = false;
  /// Told how long LLVM takes, where it is not null.
  StageRunner *stages = nullptr;
};

/// Translates a module in LLVM's dialect, optimises it for `machine` and
/// returns object files, which are linked together. They depend on the module
/// and the options alone, and not on how many threads the machine runs. Adds
/// the table `mlc_device` to the module, and may change the machine's level of
/// optimisation.
llvm::Expected<llvm::SmallVector<ObjectBytes>>
emitObjects(mlir::ModuleOp module, llvm::TargetMachine &machine,
            const ObjectOptions &options = {});

/// The same, as one object file.
llvm::Expected<ObjectBytes> emitObject(mlir::ModuleOp module,
                                       llvm::TargetMachine &machine,
                                       const ObjectOptions &options = {});

} // namespace mlc

#endif // MLC_LIB_EMIT_OBJECT_H
