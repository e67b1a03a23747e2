//===- Compile.cpp - From a model file to a program -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelFile.h"
#include "Object.h"
#include "Output.h"
#include "Target.h"
#include "dialects/Graph/Graph.h"
#include "mlc/Emit.h"
#include "mlc/Pipeline.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mlc;

namespace {

int fail(const llvm::Twine &message, int status = 1) {
  llvm::errs() << "error: " << message << "\n";
  return status;
}

std::string textOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

/// Gives the program another batch.
void setBatch(ModuleOp module, int64_t batch) {
  for (auto program : module.getOps<graph::ProgramOp>())
    program.getTrain().setBatch(batch);
}

/// Whether the lowered program calls the BLAS library.
bool usesBlas(ModuleOp module) {
  return module.lookupSymbol("cblas_sgemm") != nullptr;
}

Sanitizer sanitizerOf(const CompileOptions &options) {
  return options.sanitize == "address"  ? Sanitizer::Address
         : options.sanitize == "thread" ? Sanitizer::Thread
                                        : Sanitizer::None;
}

/// A file's name without its ending, in the current folder.
std::string defaultOutput(const CompileOptions &options) {
  std::string stem = llvm::sys::path::stem(options.input).str();
  return options.emit == "obj" ? stem + ".o" : stem;
}

} // namespace

std::optional<Gemm> mlc::gemmNamed(std::string_view name) {
  return llvm::StringSwitch<std::optional<Gemm>>(name)
      .Case("auto", Gemm::Auto)
      .Case("generated", Gemm::Generated)
      .Case("openblas", Gemm::OpenBlas)
      .Default(std::nullopt);
}

int mlc::compileModel(const CompileOptions &options) {
  std::optional<Stage> last = stageOf(options.emit);
  const bool isBinary = options.emit == "obj" || options.emit == "exe";
  if (!last && !isBinary)
    return fail("unknown --emit '" + options.emit + "'; expected " +
                    llvm::join(stageNames(), ", ") + ", obj or exe",
                2);
  std::optional<Gemm> gemm = gemmNamed(options.gemm);
  if (!gemm)
    return fail("unknown --gemm '" + options.gemm +
                    "'; expected auto, generated or openblas",
                2);
  // Here and not by the verifier, which would blame a line of the model.
  if (options.batch &&
      (*options.batch < 1 || *options.batch > graph::kMaxBatch))
    return fail("--batch: expected 1 to " + llvm::Twine(graph::kMaxBatch) +
                    " rows, but got " + llvm::Twine(*options.batch),
                2);

  std::string output = options.output;
  if (output.empty())
    output = isBinary ? defaultOutput(options) : "-";
  if (llvm::sys::fs::is_directory(output))
    return fail(output + ": is a directory; name the output with -o");
  if (llvm::sys::fs::equivalent(output, options.input))
    return fail(output + ": is the model itself; name the output with -o");

  const Sanitizer sanitizer = sanitizerOf(options);
  llvm::Expected<Target> target =
      makeTarget(sanitizer == Sanitizer::Thread ? "x86-64-v2" : options.cpu,
                 options.targetTriple);
  if (!target)
    return fail(llvm::toString(target.takeError()), 2);
  if (options.emit == "exe" && !target->isHost)
    return fail("--target-triple: there is no runtime here for " +
                    options.targetTriple + "; use --emit obj",
                2);

  ModelFile model;
  if (failed(model.read(options.input, options.profile)))
    return 1;
  if (options.batch)
    setBatch(model.module(), *options.batch);

  PipelineOptions pipeline;
  pipeline.vectors = target->vectors;
  pipeline.gemm = *gemm;
  pipeline.profile = options.profile;
  pipeline.target = target->description;
  pipeline.features = target->features;
  pipeline.modelHash =
      static_cast<int64_t>(llvm::xxh3_64bits(textOf(model.module())));
  PassManager manager(&model.context());
  buildPipeline(manager, last.value_or(Stage::Lowering), pipeline);
  if (failed(manager.run(model.module())))
    return 1;

  if (!isBinary) {
    if (output == "-") {
      llvm::outs() << textOf(model.module());
      llvm::Error error = flushStandardOutput();
      return error ? fail(llvm::toString(std::move(error))) : 0;
    }
    if (llvm::Error error = writeOutput(output, textOf(model.module())))
      return fail(llvm::toString(std::move(error)));
    return 0;
  }
  auto object =
      emitObject(model.module(), *target->machine, {.sanitizer = sanitizer});
  if (!object)
    return fail(llvm::toString(object.takeError()));
  llvm::StringRef bytes(object->data(), object->size());
  llvm::Error error =
      options.emit == "obj"
          ? writeOutput(output, bytes)
          : linkExecutable(output, bytes,
                           {usesBlas(model.module()), options.sanitize});
  return error ? fail(llvm::toString(std::move(error))) : 0;
}
