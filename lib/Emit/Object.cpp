//===- Object.cpp - Object files ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Object.h"
#include "DeviceCode.h"
#include "StageRunner.h"
#include "dialects/Mlc/Mlc.h"
#include "mlc/EmbeddedWeights.h"
#include "mlc/ModelImage.h"

#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
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

static Attribute::AttrKind attributeOf(mlc::Sanitizer sanitizer) {
  switch (sanitizer) {
  case mlc::Sanitizer::None:
    return Attribute::None;
  case mlc::Sanitizer::Address:
    return Attribute::SanitizeAddress;
  case mlc::Sanitizer::Thread:
    return Attribute::SanitizeThread;
  }
  llvm_unreachable("unknown sanitizer");
}

/// For a CPU -O2: what -O3 adds takes time and gains nothing. Kernels for GPUs
/// have only been timed with -O3.
static OptimizationLevel levelFor(const TargetMachine &machine) {
  return machine.getTargetTriple().isNVPTX() ? OptimizationLevel::O3
                                             : OptimizationLevel::O2;
}

void mlc::optimizeModule(Module &module, TargetMachine &machine,
                         const ObjectOptions &options) {
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

/// Has code generation move constants and the like back into loops that have no
/// registers left for them, before it keeps a loop's own values in memory. LLVM
/// has no other way to ask for it than the option of its tools.
static void preferSinkingToSpilling() {
  auto &options = cl::getRegisteredOptions();
  constexpr StringLiteral name = "sink-insts-to-avoid-spills";
  // Once: an option that occurs twice is an error.
  if (auto found = options.find(name);
      found != options.end() && found->second->getNumOccurrences() == 0)
    found->second->addOccurrence(0, name, "true");
}

/// Defines `mlc_weights` (mlc/EmbeddedWeights.h).
static void addWeights(Module &module, StringRef bytes) {
  LLVMContext &context = module.getContext();
  Constant *content =
      ConstantDataArray::getString(context, bytes, /*AddNull=*/false);
  auto *data =
      new GlobalVariable(module, content->getType(),
                         /*isConstant=*/true, GlobalValue::InternalLinkage,
                         content, "mlc_weights_bytes");
  data->setAlignment(Align(MLC_WEIGHTS_ALIGNMENT));
  static_assert(sizeof(MlcWeights) == 16 && offsetof(MlcWeights, size) == 8);
  Constant *row = ConstantStruct::getAnon(
      {data, ConstantInt::get(Type::getInt64Ty(context), bytes.size())});
  new GlobalVariable(module, row->getType(), /*isConstant=*/true,
                     GlobalValue::ExternalLinkage, row, "mlc_weights");
}

/// Defines `mlc_model_image` (mlc/ModelImage.h).
static void addImage(Module &module, StringRef bytes) {
  Constant *content = ConstantDataArray::getString(module.getContext(), bytes,
                                                   /*AddNull=*/false);
  auto *image = new GlobalVariable(
      module, content->getType(), /*isConstant=*/true,
      GlobalValue::ExternalLinkage, content, "mlc_model_image");
  image->setAlignment(Align(MLC_IMAGE_ALIGNMENT));
}

Expected<SmallVector<char, 0>> mlc::emitObject(mlir::ModuleOp program,
                                               TargetMachine &machine,
                                               const ObjectOptions &options) {
  StageRunner none;
  StageRunner &stages = options.stages ? *options.stages : none;
  mlir::TimingScope scope;
  if (options.device) {
    scope = stages.stage("kernels: waiting for ptxas");
    addDeviceTable(program, *options.device);
  }
  scope = stages.stage("translation to LLVM IR");
  mlir::registerBuiltinDialectTranslation(*program.getContext());
  mlir::registerLLVMDialectTranslation(*program.getContext());
  dropArgumentAttributes(program);
  LLVMContext context;
  std::unique_ptr<Module> module =
      mlir::translateModuleToLLVMIR(program, context);
  if (!module)
    return createStringError("the program cannot be translated to LLVM IR");
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  if (!options.weights.empty())
    addWeights(*module, options.weights);
  if (!options.image.empty())
    addImage(*module, options.image);
  // Indirect calls end at ENDBR64, and returns go where a shadow stack says.
  if (machine.getTargetTriple().isX86()) {
    module->addModuleFlag(Module::Override, "cf-protection-branch", 1);
    module->addModuleFlag(Module::Override, "cf-protection-return", 1);
  }
  for (Function &function : *module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr(Attribute::StackProtectStrong);
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
    if (options.sanitizer != Sanitizer::None)
      function.addFnAttr(attributeOf(options.sanitizer));
  }
  if (!options.optimize)
    machine.setOptLevel(CodeGenOptLevel::None);
  scope = stages.stage("LLVM's optimisation");
  optimizeModule(*module, machine, options);

  scope = stages.stage("code generation");
  preferSinkingToSpilling();
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager codegen;
  if (machine.addPassesToEmitFile(codegen, stream, nullptr,
                                  CodeGenFileType::ObjectFile))
    return createStringError("no object file can be made for this target");
  codegen.run(*module);
  return bytes;
}
