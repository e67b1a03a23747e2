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

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace mlc {

/// How a model is compiled; see CompileOptions.
struct JitOptions {
  std::string cpu = "native";
  std::string gemm = "auto";
  /// Thresholds other than lib/CostModel.h's: `name=value`.
  std::vector<std::string> costs;
  /// GPUs to make kernels for as well; empty for none.
  std::string gpu;
  /// Whether LLVM optimises, as in `mlc compile`; see ObjectOptions.
  bool optimize = true;
  /// For tests of what looks for errors: changes the differentiated program, as
  /// an error in a later stage would.
  std::function<void(mlir::ModuleOp)> plantError;
};

/// What code for `cpu` may use and this machine lacks: names of features,
/// separated by commas; empty where this machine runs it. An error where there
/// is no such CPU.
llvm::Expected<std::string> missingHere(llvm::StringRef cpu);

/// The program that `mlc compile` would link into an executable: the same
/// passes and the same object file, but loaded into this process, which stands
/// for the runtime around it.
class JitProgram {
public:
  /// `model` is a verified module of one `graph.program`, and is left as it is.
  /// What is wrong with it is told by diagnostics before the error. Fails for a
  /// CPU whose code this machine does not run.
  static llvm::Expected<JitProgram> compile(mlir::ModuleOp model,
                                            const JitOptions &options);
  /// The same of a module that the stage autodiff has been run on.
  static llvm::Expected<JitProgram> compileSteps(mlir::ModuleOp differentiated,
                                                 const JitOptions &options);
  JitProgram(JitProgram &&);
  ~JitProgram();

  /// Valid as long as this lives.
  const MlcProgram &program() const { return *entry_; }

private:
  JitProgram(std::unique_ptr<llvm::orc::LLJIT> jit, const MlcProgram *entry);
  static llvm::Expected<JitProgram> load(llvm::StringRef object);

  std::unique_ptr<llvm::orc::LLJIT> jit_;
  const MlcProgram *entry_;
};

} // namespace mlc

#endif // MLC_CHECK_JITPROGRAM_H
