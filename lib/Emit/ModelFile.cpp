//===- ModelFile.cpp - A model file, read and verified --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/ModelFile.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"
#include "lib/Emit/FillSizes.h"
#include "lib/Emit/LossAdvice.h"
#include "mlc/Pipeline.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlc;

/// What a model is written in. Readers of the many other dialects are not there
/// for a file of unknown origin to be read by.
static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registry.insert<graph::GraphDialect>();
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
    module_ = parseSourceFile<ModuleOp>(sources_, &context_);
    return;
  }
  // Only the parser of text tells names, and only for a block of ops.
  Block block;
  AsmParserState file;
  if (failed(
          parseAsmSourceFile(sources_, &block, ParserConfig(&context_), &file)))
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

/// Says where a file is no text. What it holds is not shown: a terminal might
/// do what it says.
static LogicalResult expectText(StringRef path, StringRef content) {
  const auto *begin = reinterpret_cast<const llvm::UTF8 *>(content.begin());
  const llvm::UTF8 *illegal = begin;
  llvm::isLegalUTF8String(&illegal, begin + content.size());
  const size_t control =
      llvm::find_if(content,
                    [](unsigned char c) {
                      return (c < ' ' && c != '\n' && c != '\t' && c != '\r') ||
                             c == 0x7f;
                    }) -
      content.begin();
  const size_t at = std::min<size_t>(control, illegal - begin);
  if (at == content.size())
    return success();
  const StringRef before = content.take_front(at);
  const size_t line = before.count('\n') + 1;
  const size_t column = at - (before.rfind('\n') + 1) + 1;
  llvm::errs() << path << ":" << line << ":" << column
               << ": error: expected text in UTF-8, but got the byte "
               << llvm::format_hex(static_cast<unsigned char>(content[at]), 4)
               << "; check that it is a model file\n";
  return failure();
}

/// What the model says itself of its sizes; a model that is not of data such as
/// this one is said so before it is compiled.
LogicalResult ModelFile::expectSizes(const ModelSizes &sizes) {
  graph::ProgramOp program = *module_->getOps<graph::ProgramOp>().begin();
  graph::PredictOp predict = program.getPredict();
  const auto rows =
      cast<RankedTensorType>(predict.getBody().getArgument(0).getType());
  // A row of a data set holds its elements one after another.
  const int64_t features = graph::knownElements(rows);
  const graph::SizesAttr open = graph::sizesAttrOf(rows);
  if (!open && features != sizes.features)
    return emitError(predict.getLoc(),
                     "expected rows of " + Twine(sizes.features) +
                         " features, as the data set of --data has, but got " +
                         Twine(features) +
                         "; write ?features in place of the number");
  if (!open)
    return success();
  const bool isWhole =
      sizes.features >= features && sizes.features % features == 0;
  if (!isWhole || sizes.features > graph::mostOfRow(rows))
    return emitError(
        predict.getLoc(),
        "expected rows of 1 to " + Twine(open.getMost()) + " times " +
            Twine(features) + " features, but the data set of --data has " +
            Twine(sizes.features) +
            (isWhole ? "; raise the bound in #graph.sizes"
                     : "; change the model's sizes behind the second, whose "
                       "product must divide it"));
  return success();
}

LogicalResult ModelFile::read(const std::string &path, bool keepNames,
                              const std::optional<ModelSizes> &sizes) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(path, &message);
  if (!file) {
    llvm::errs() << "error: " << message << "\n";
    return failure();
  }
  if (isBytecode(file->getMemBufferRef())) {
    llvm::errs() << "error: " << path
                 << ": is MLIR bytecode, but models are read as text; print it "
                    "with mlir-opt or mlc-opt\n";
    return failure();
  }
  if (failed(expectText(path, file->getBuffer())))
    return failure();
  ModelTextError missing;
  const std::optional<std::string> filled =
      withSizes(file->getBuffer(), sizes, missing);
  const std::string text =
      filled ? withReadableNumbers(*filled) : file->getBuffer().str();
  sources_.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBufferCopy(text, file->getBufferIdentifier()),
      llvm::SMLoc());
  if (!filled) {
    const char *begin = sources_.getMemoryBuffer(1)->getBufferStart();
    sources_.PrintMessage(llvm::SMLoc::getFromPointer(begin + missing.offset),
                          llvm::SourceMgr::DK_Error, missing.message);
    return failure();
  }
  diagnostics_.emplace(sources_, &context_);
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
  if (sizes && failed(expectSizes(*sizes)))
    return failure();
  warnOfSquashedLogits(programs.front());
  // Those that the program is going to pass through.
  DialectRegistry others;
  registerDialects(others);
  context_.appendDialectRegistry(others);
  return success();
}
