//===- CodeGeneration.h - LLVM's passes -------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_CODEGENERATION_H
#define MLC_LIB_EMIT_CODEGENERATION_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace mlc {

/// What LLVM looks for errors with while generated code runs.
enum class Sanitizer { None, Address, Thread };

struct CodeOptions {
  /// Whether LLVM optimises, or not at all: then objects are made in a tenth of
  /// the time, of code that is as right, and slow.
  bool optimize = true;
  /// Its calls go to the runtime of the sanitizer, which must be linked with.
  Sanitizer sanitizer = Sanitizer::None;
};

/// What is in an object file.
using ObjectBytes = llvm::SmallVector<char, 0>;

/// Runs LLVM's passes.
void optimizeModule(llvm::Module &module, llvm::TargetMachine &machine,
                    const CodeOptions &options = {});

/// Has code generation move constants and the like back into loops that have no
/// registers left for them, before it keeps a loop's own values in memory. To
/// be called before threads generate code. LLVM has no other way to ask for it
/// than the option of its tools.
void preferSinkingToSpilling();

/// Appends the object file of an optimised module.
llvm::Error generateCode(llvm::Module &module, llvm::TargetMachine &machine,
                         ObjectBytes &bytes);

} // namespace mlc

#endif // MLC_LIB_EMIT_CODEGENERATION_H
