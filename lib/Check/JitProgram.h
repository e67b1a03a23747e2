//===- JitProgram.h - A model compiled into this process --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_JITPROGRAM_H
#define MLC_CHECK_JITPROGRAM_H

#include "mlc/RuntimeABI.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace mlc {

/// The program that `mlc compile` would link into an executable: the same
/// passes and the same object file, but loaded into this process, which stands
/// for the runtime around it.
class JitProgram {
public:
  /// `model` is a verified module of one `graph.program`, and is left as it is;
  /// `cpu` as in CompileOptions. What is wrong with the model is told by
  /// diagnostics before the error.
  static llvm::Expected<JitProgram> compile(mlir::ModuleOp model,
                                            llvm::StringRef cpu);
  JitProgram(JitProgram &&);
  ~JitProgram();

  /// Valid as long as this lives.
  const MlcProgram &program() const { return *entry; }

private:
  JitProgram(std::unique_ptr<llvm::orc::LLJIT> jit, const MlcProgram *entry);

  std::unique_ptr<llvm::orc::LLJIT> jit;
  const MlcProgram *entry;
};

} // namespace mlc

#endif // MLC_CHECK_JITPROGRAM_H
