//===- ModelFile.h - A model file, read and verified ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_MODELFILE_H
#define MLC_LIB_EMIT_MODELFILE_H

#include "lib/Emit/ModelWords.h"
#include "mlc/ModelSizes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

#include <optional>
#include <string>

namespace mlc {

/// A model file with the context that it lives in. Diagnostics about it go to
/// standard error with the line and a caret, as long as this lives.
class ModelFile {
public:
  ModelFile();

  /// Reads a file that holds one `graph.program`; says what is wrong if it
  /// fails. Where `keepNames`, the location of an op with a result has the name
  /// that the file gives the result, `%h`. `sizes` fill in what the file leaves
  /// to a data set, and what it says itself must agree with them.
  llvm::LogicalResult read(const std::string &path, bool keepNames = false,
                           const std::optional<ModelSizes> &sizes = {});

  mlir::ModuleOp module() { return *module_; }
  mlir::MLIRContext &context() { return context_; }

private:
  void parse(bool keepNames);
  llvm::LogicalResult expectSizes(const ModelSizes &sizes);

  mlir::MLIRContext context_;
  llvm::SourceMgr sources_;
  std::optional<ModelDiagnostics> diagnostics_;
  mlir::OwningOpRef<mlir::ModuleOp> module_;
};

} // namespace mlc

#endif // MLC_LIB_EMIT_MODELFILE_H
