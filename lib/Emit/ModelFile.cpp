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
    : context_(makeRegistry(), MLIRContext::Threading::DISABLED) {
  // A model's author wants the line of the file, not the op as parsed.
  context_.printOpOnDiagnostic(false);
}

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
  auto programs = llvm::to_vector(module_->getOps<graph::ProgramOp>());
  if (programs.empty())
    return emitError(
        FileLineColLoc::get(&context_, path, 1, 1),
        "expected a graph.program in a model file, but found none");
  if (programs.size() > 1)
    return emitError(programs[1].getLoc(),
                     "expected one graph.program in a model file, but this is "
                     "the second");
  return success();
}
