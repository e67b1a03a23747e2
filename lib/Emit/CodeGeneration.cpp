//===- CodeGeneration.cpp - LLVM's passes ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodeGeneration.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Instrumentation/AddressSanitizer.h"
#include "llvm/Transforms/Instrumentation/ThreadSanitizer.h"
#include "llvm/Transforms/Scalar/ScalarizeMaskedMemIntrin.h"

using namespace llvm;

static void addSanitizer(ModulePassManager &passes, mlc::Sanitizer sanitizer) {
  switch (sanitizer) {
  case mlc::Sanitizer::None:
    return;
  case mlc::Sanitizer::Address:
    passes.addPass(AddressSanitizerPass(AddressSanitizerOptions()));
    return;
  case mlc::Sanitizer::Thread:
    // It sees no masked accesses: an element of these is an access.
    passes.addPass(
        createModuleToFunctionPassAdaptor(ScalarizeMaskedMemIntrinPass()));
    passes.addPass(ModuleThreadSanitizerPass());
    passes.addPass(createModuleToFunctionPassAdaptor(ThreadSanitizerPass()));
    return;
  }
}

/// For a CPU -O2: what -O3 adds takes time and gains nothing. Kernels for GPUs
/// have only been timed with -O3.
static OptimizationLevel levelFor(const TargetMachine &machine) {
  return machine.getTargetTriple().isNVPTX() ? OptimizationLevel::O3
                                             : OptimizationLevel::O2;
}

void mlc::optimizeModule(Module &module, TargetMachine &machine,
                         const CodeOptions &options) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  // The tile stage has unrolled a CPU's loops already. To unroll them again
  // takes a third of LLVM's time, and the programs are no faster.
  tuning.LoopUnrolling = machine.getTargetTriple().isNVPTX();
  PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  ModulePassManager passes =
      options.optimize
          ? builder.buildPerModuleDefaultPipeline(levelFor(machine))
          : builder.buildO0DefaultPipeline(OptimizationLevel::O0);
  // As late as clang adds them: what optimisation removes is not watched.
  addSanitizer(passes, options.sanitizer);
  passes.run(module, modules);
}

void mlc::preferSinkingToSpilling() {
  auto &options = cl::getRegisteredOptions();
  constexpr StringLiteral name = "sink-insts-to-avoid-spills";
  // Once: an option that occurs twice is an error.
  if (auto found = options.find(name);
      found != options.end() && found->second->getNumOccurrences() == 0)
    found->second->addOccurrence(0, name, "true");
}

Error mlc::generateCode(Module &module, TargetMachine &machine,
                        ObjectBytes &bytes) {
  raw_svector_ostream stream(bytes);
  legacy::PassManager codegen;
  if (machine.addPassesToEmitFile(codegen, stream, nullptr,
                                  CodeGenFileType::ObjectFile))
    return createStringError("no object file can be made for this target");
  codegen.run(module);
  return Error::success();
}
