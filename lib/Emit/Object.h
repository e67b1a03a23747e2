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

struct DeviceCode;
class StageRunner;

/// What LLVM looks for errors with while generated code runs.
enum class Sanitizer { None, Address, Thread };

struct ObjectOptions {
  /// Whether LLVM optimises, or not at all: then objects are made in a tenth of
  /// the time, of code that is as right, and slow.
  bool optimize = true;
  /// Its calls go to the runtime of the sanitizer, which must be linked with.
  Sanitizer sanitizer = Sanitizer::None;
  /// What the table `mlc_device` is made of, where there is one.
  const DeviceCode *device = nullptr;
  /// The weights file that goes into it (mlc/EmbeddedWeights.h); null: none.
  llvm::StringRef weights = {};
  /// What a library has beside its code (mlc/ModelImage.h); null: none.
  llvm::StringRef image = {};
  /// Told how long LLVM takes, where it is not null.
  StageRunner *stages = nullptr;
};

/// Translates a module in LLVM's dialect, optimises it for `machine` and
/// returns the bytes of an object file. Adds the table `mlc_device` to the
/// module, and may change the machine's level of optimisation.
llvm::Expected<llvm::SmallVector<char, 0>>
emitObject(mlir::ModuleOp module, llvm::TargetMachine &machine,
           const ObjectOptions &options = {});

/// Runs LLVM's passes.
void optimizeModule(llvm::Module &module, llvm::TargetMachine &machine,
                    const ObjectOptions &options = {});

} // namespace mlc

#endif // MLC_LIB_EMIT_OBJECT_H
