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

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
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

/// Gives the ops of a file the names of their results as locations.
static void nameValues(const AsmParserState &file) {
  for (const AsmParserState::OperationDefinition &definition :
       file.getOpDefs()) {
    if (definition.resultGroups.empty())
      continue;
    const llvm::SMRange range = definition.resultGroups.front().definition.loc;
    StringRef text(range.Start.getPointer(),
                   range.End.getPointer() - range.Start.getPointer());
    Operation *op = definition.op;
    op->setLoc(
        NameLoc::get(StringAttr::get(op->getContext(), text), op->getLoc()));
  }
}

void ModelFile::parse(bool keepNames) {
  if (!keepNames) {
    module_ = parseSourceFile<ModuleOp>(sources, &context_);
    return;
  }
  // Only the parser of text tells names, and only for a block of ops.
  Block block;
  AsmParserState file;
  if (failed(
          parseAsmSourceFile(sources, &block, ParserConfig(&context_), &file)))
    return;
  nameValues(file);
  auto whole = llvm::hasSingleElement(block) ? dyn_cast<ModuleOp>(block.front())
                                             : ModuleOp();
  if (whole)
    whole->remove();
  else
    whole = ModuleOp::create(UnknownLoc::get(&context_));
  whole.getBody()->getOperations().splice(whole.getBody()->end(),
                                          block.getOperations());
  module_ = whole;
}

LogicalResult ModelFile::read(const std::string &path, bool keepNames) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(path, &message);
  if (!file) {
    llvm::errs() << "error: " << message << "\n";
    return failure();
  }
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  diagnostics.emplace(sources, &context_);
  parse(keepNames);
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
