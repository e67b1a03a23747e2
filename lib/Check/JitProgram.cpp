//===- JitProgram.cpp - A model compiled into this process ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/JitProgram.h"

#include "CPU/Features.h"
#include "lib/Check/Turns.h"
#include "lib/CostModel.h"
#include "lib/Emit/DeviceCode.h"
#include "lib/Emit/Object.h"
#include "lib/Emit/Target.h"
#include "mlc/Emit.h"
#include "mlc/Pipeline.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlc;
using namespace llvm::orc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

JitProgram::JitProgram(std::unique_ptr<LLJIT> jit, const MlcProgram *entry)
    : jit_(std::move(jit)), entry_(entry) {}
JitProgram::JitProgram(JitProgram &&) = default;
JitProgram::~JitProgram() = default;

static std::string missingHere(const Target &target) {
  return llvm::join(runtime::missingFeatures(target.features), ", ");
}

Expected<std::string> mlc::missingHere(StringRef cpu) {
  Expected<Target> target = makeTarget(cpu);
  if (!target)
    return target.takeError();
  return ::missingHere(*target);
}

static LogicalResult cleanUp(ModuleOp module) {
  PassManager manager(module.getContext());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  return manager.run(module);
}

/// Runs the stages from `first` on and makes an object file.
static Expected<llvm::SmallVector<char, 0>>
makeObject(ModuleOp model, Stage first, const JitOptions &options) {
  Expected<Target> target = makeTarget(options.cpu);
  if (!target)
    return target.takeError();
  // Its first instruction of these would end the process.
  if (const std::string missing = ::missingHere(*target); !missing.empty())
    return llvm::createStringError(
        "code for '" + options.cpu +
        "' does not run here, since this CPU lacks " + missing +
        "; leave out --cpu, or give one of "
        "the CPUs that this machine stands for");
  const std::optional<Gemm> gemm = gemmNamed(options.gemm);
  if (!gemm)
    return llvm::createStringError("unknown --gemm '" + options.gemm + "'");
  PipelineOptions pipeline;
  pipeline.gemm = *gemm;
  pipeline.vectors = target->vectors;
  pipeline.target = target->description;
  pipeline.features = target->features;
  OwningOpRef<ModuleOp> module(model.clone());
  if (Error error = setCosts(*module, options.costs))
    return error;
  std::optional<DeviceCode> device;
  if (!options.gpu.empty()) {
    auto architectures = parseArchitectures(options.gpu);
    if (!architectures)
      return architectures.takeError();
    auto code = makeDeviceCode(
        *module, *architectures,
        {.gpu = {.gemm = *gpuGemmNamed(options.gemm)}, .assemble = false});
    if (!code)
      return code.takeError();
    device = std::move(*code);
    pipeline.hasKernels = true;
  }
  auto run = [&](Stage from, Stage to) {
    PassManager manager(model.getContext());
    buildPipeline(manager, to, pipeline, from);
    return manager.run(*module);
  };
  // Where that stage has run already, its last passes still clean up.
  if (failed(first <= Stage::Autodiff ? run(first, Stage::Autodiff)
                                      : cleanUp(*module)))
    return llvm::createStringError("the model cannot be compiled");
  if (options.plantError)
    options.plantError(*module);
  if (failed(run(Stage::Linalg, Stage::Lowering)))
    return llvm::createStringError("the model cannot be compiled");
  return emitObject(*module, *target->machine,
                    {.code = {.optimize = options.optimize},
                     .device = device ? &*device : nullptr});
}

/// Makes what programs are linked with known to `jit`: the runtime's barrier,
/// the BLAS library, and the C library of this process.
static Error addLibraries(LLJIT &jit) {
  JITDylib &library = jit.getMainJITDylib();
  SymbolMap runtime;
  runtime[jit.mangleAndIntern("mlc_barrier")] = {
      ExecutorAddr::fromPtr(&Turns::barrier), llvm::JITSymbolFlags::Exported};
  if (Error error = library.define(absoluteSymbols(std::move(runtime))))
    return error;
  const char prefix = jit.getDataLayout().getGlobalPrefix();
  auto process = DynamicLibrarySearchGenerator::GetForCurrentProcess(prefix);
  if (!process)
    return process.takeError();
  library.addGenerator(std::move(*process));
  auto blas = DynamicLibrarySearchGenerator::Load("libopenblas.so.0", prefix);
  if (!blas)
    return blas.takeError();
  library.addGenerator(std::move(*blas));
  return Error::success();
}

/// One thread a worker, as in programs (runtime/CPU/Blas.h).
static Error useOneBlasThread(LLJIT &jit) {
  auto set = jit.lookup("openblas_set_num_threads");
  if (!set)
    return set.takeError();
  set->toPtr<void (*)(int)>()(1);
  return Error::success();
}

Expected<JitProgram> JitProgram::load(StringRef object) {
  auto jit = LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  if (Error error = addLibraries(**jit))
    return error;
  if (Error error = useOneBlasThread(**jit))
    return error;
  if (Error error = (*jit)->addObjectFile(
          llvm::MemoryBuffer::getMemBufferCopy(object, "program")))
    return error;
  auto entry = (*jit)->lookup("mlc_program");
  if (!entry)
    return entry.takeError();
  return JitProgram(std::move(*jit),
                    *entry->toPtr<const MlcProgram *const *>());
}

Expected<JitProgram> JitProgram::compile(ModuleOp model,
                                         const JitOptions &options) {
  auto object = makeObject(model, Stage::Autodiff, options);
  if (!object)
    return object.takeError();
  return load(StringRef(object->data(), object->size()));
}

Expected<JitProgram> JitProgram::compileSteps(ModuleOp differentiated,
                                              const JitOptions &options) {
  auto object = makeObject(differentiated, Stage::Linalg, options);
  if (!object)
    return object.takeError();
  return load(StringRef(object->data(), object->size()));
}
