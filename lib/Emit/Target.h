//===- Target.h - The CPU that code is made for ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_TARGET_H
#define MLC_LIB_EMIT_TARGET_H

#include "mlc/Pipeline.h"

#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>

namespace mlc {

/// A CPU and what follows from it.
struct Target {
  std::unique_ptr<llvm::TargetMachine> machine;
  /// As `info` prints it: triple and CPU.
  std::string description;
  /// The features that generated code may use, separated by commas.
  std::string features;
  /// What generated code may use.
  VectorUnit vectors;
  /// Whether the runtime beside the compiler is for this kind of machine.
  bool isHost = true;
};

/// `cpu` is `native` or a name that LLVM knows; any other is an error that
/// lists a few. `triple` is empty for this machine's, or one of x86-64 or
/// AArch64; `native` is then the least of its CPUs, unless it is this
/// machine's.
llvm::Expected<Target> makeTarget(llvm::StringRef cpu,
                                  llvm::StringRef triple = "");

} // namespace mlc

#endif // MLC_LIB_EMIT_TARGET_H
