//===- ModelFile.cpp - A model file, read and verified
//------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/ModelFile.h"
#include "dialects/Graph/Graph.h"
#include "mlc/Pipeline.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlc;

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerDialects(registry);
  return registry;
}

ModelFile::ModelFile()
    : context_(makeRegistry(), MLIRContext::Threading::DISABLED) {}

LogicalResult ModelFile::read(const std::string &path) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(path, &message);
  if (!file) {
    llvm::errs() << "error: " << message << "\n";
    return failure();
  }
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  diagnostics.emplace(sources, &context_);
  module_ = parseSourceFile<ModuleOp>(sources, &context_);
  if (!module_)
    return failure();
  if (!llvm::hasSingleElement(module_->getOps<graph::ProgramOp>()))
    return module_->emitError("expected one graph.program in a model file");
  return success();
}
